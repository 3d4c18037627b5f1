/** The files of a version: what each is, whether it is here, and its Download button. */

import { breakable, h } from './dom.mjs';
import { baseName, bytes, percent } from './format.mjs';
import { icon, ring } from './icons.mjs';
import { isOpen } from './jobs.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').ModelFile} ModelFile */
/** @typedef {import('./types.mjs').Version} Version */

/** @type {Array<[string, string]>} */
const HASHES = [
  ['sha256', 'SHA256'],
  ['autov2', 'AutoV2'],
  ['autov1', 'AutoV1'],
  ['autov3', 'AutoV3'],
  ['blake3', 'BLAKE3'],
  ['crc32', 'CRC32'],
];

/**
 * How far a file is: here, on its way, or to be had.
 * @param {App} app
 * @param {Version} version
 * @param {ModelFile} file
 * @returns {{kind: 'installed'|'busy'|'paused'|'none', text: string, percent?: number, path?: string}}
 */
export function fileState(app, version, file) {
  const { session } = app;
  const path = session.owned.pathOf(version.id, file);
  if (path !== null) return { kind: 'installed', text: t('version.installed'), path };
  const job = session.jobs.forFile(version.id, file.id, file.primary);
  if (job && isOpen(job)) {
    if (job.state === 'paused') return { kind: 'paused', text: t('badge.paused') };
    if (job.state === 'downloading') {
      const done = percent(job.bytes_done, job.bytes_total) ?? 0;
      return { kind: 'busy', text: t('badge.percent', { n: done }), percent: done };
    }
    return { kind: 'busy', text: t(job.state === 'queued' ? 'badge.queued' : `job.${job.state}`) };
  }
  if (session.queue.isAsked(version.id, file.id)) return { kind: 'busy', text: t('badge.queued') };
  return { kind: 'none', text: '' };
}

/**
 * The button for a file, or what it became.
 * @param {App} app
 * @param {Version} version
 * @param {ModelFile} file
 * @param {{big?: boolean, focusKey: string}} look
 * @returns {HTMLElement}
 */
export function fileButton(app, version, file, look) {
  const state = fileState(app, version, file);
  const shape = look.big ? 'button button-primary button-big' : 'button button-small';
  const size = bytes(file.size_bytes);
  if (state.kind === 'none') {
    return h(
      'button',
      {
        type: 'button',
        class: shape,
        data: { focus: look.focusKey },
        'aria-label': t('file.downloadName', { name: `${file.name}, ${size}` }),
        on: { click: () => void app.downloads.file(version, file) },
      },
      icon('download', look.big ? 16 : 14),
      h('span', null, t('file.download')),
      look.big ? h('span', { class: 'button-note' }, size) : null,
    );
  }
  if (state.kind === 'installed') {
    return h('span', { class: ['file-here', look.big && 'file-here-big'] }, icon('check', 15), state.text);
  }
  return h(
    'button',
    {
      type: 'button',
      class: ['file-busy', look.big && 'file-busy-big'],
      data: { focus: look.focusKey },
      on: { click: () => app.showDock() },
    },
    state.percent === undefined ? icon(state.kind === 'paused' ? 'pause' : 'clock', 14) : ring(state.percent),
    h('span', null, state.text),
  );
}

/** @param {ModelFile} file */
function scanBadge(file) {
  const scans = [file.pickle_scan, file.virus_scan].filter(Boolean);
  if (!scans.length) return null;
  if (scans.some((scan) => scan === 'Danger'))
    return h('span', { class: 'tag tag-bad' }, icon('alert', 12), t('file.scanDanger'));
  if (scans.every((scan) => scan === 'Success'))
    return h('span', { class: 'tag tag-good' }, icon('shield', 12), t('file.scanSafe'));
  return h('span', { class: 'tag' }, t('file.scanPending'));
}

/**
 * @param {App} app
 * @param {ModelFile} file
 */
function hashList(app, file) {
  const rows = HASHES.flatMap(([key, label]) => {
    const value = file.hashes?.[key];
    if (!value) return [];
    const copy = h(
      'button',
      {
        type: 'button',
        class: 'icon-button icon-small',
        'aria-label': t('file.copyHash', { name: label }),
        title: t('action.copy'),
        on: { click: () => void app.copy(value) },
      },
      icon('copy', 13),
    );
    return [h('dt', null, label), h('dd', null, h('code', { title: value }, value), copy)];
  });
  const scan = [
    h('dt', null, t('file.pickle')),
    h('dd', null, file.pickle_scan ?? t('file.scanNone')),
    h('dt', null, t('file.virus')),
    h('dd', null, file.virus_scan ?? t('file.scanNone')),
  ];
  return h('dl', { class: 'facts file-facts' }, scan, rows);
}

/**
 * @param {App} app
 * @param {Version} version
 * @param {ModelFile} file
 * @param {Set<number>} open ids of files whose details are unfolded
 * @returns {HTMLElement}
 */
function fileRow(app, version, file, open) {
  const path = app.session.owned.pathOf(version.id, file);
  const facts = [file.type, file.format, file.fp, file.size].filter(Boolean);
  const details = h(
    'details',
    {
      class: 'file-more',
      open: open.has(file.id),
      on: { toggle: () => (details.open ? open.add(file.id) : open.delete(file.id)) },
    },
    h('summary', { data: { focus: `more-${file.id}` } }, t('file.details')),
    hashList(app, file),
  );
  return h(
    'li',
    { class: 'file' },
    h(
      'div',
      { class: 'file-main' },
      h('div', { class: 'file-name' }, breakable(file.name || baseName(path))),
      h(
        'div',
        { class: 'file-tags' },
        h('span', { class: 'file-size' }, bytes(file.size_bytes)),
        facts.map((fact) => h('span', { class: 'tag' }, fact)),
        file.primary && h('span', { class: 'tag' }, t('file.primary')),
        scanBadge(file),
      ),
      path && h('div', { class: 'file-path', title: path }, icon('folder', 13), h('span', null, breakable(path))),
    ),
    fileButton(app, version, file, { focusKey: `file-${file.id}` }),
    details,
  );
}

/**
 * @param {App} app
 * @param {Version} version
 * @param {Set<number>} open
 * @returns {HTMLElement}
 */
export function fileList(app, version, open) {
  if (!version.files?.length) return h('p', { class: 'muted' }, t('drawer.noFiles'));
  return h(
    'ul',
    { class: 'files', role: 'list' },
    version.files.map((file) => fileRow(app, version, file, open)),
  );
}

/**
 * The file a big Download button means.
 * @param {Version|null} version
 * @returns {ModelFile|null}
 */
export function defaultFile(version) {
  const files = version?.files ?? [];
  return files.find((file) => file.primary) ?? files.find((file) => file.type === 'Model') ?? files[0] ?? null;
}
