/** Many downloads at once: first the plan (what, how much, where, what is here already), then one yes. */

import { asApiError, isAbort } from './api.mjs';
import { formDialog } from './dialogs.mjs';
import { fill, h } from './dom.mjs';
import { baseName, bytes } from './format.mjs';
import { icon } from './icons.mjs';
import { byState, fullVolumes, inOrder } from './plan.mjs';
import { saidProblem } from './servertext.mjs';
import { shortCause } from './states.mjs';
import { t } from './strings.mjs';
import { note } from './targetform.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./typesdownloads.mjs').BatchItem} BatchItem */
/** @typedef {import('./typesdownloads.mjs').Plan} Plan */
/** @typedef {import('./typesdownloads.mjs').PlanFile} PlanFile */
/** @typedef {import('./typesdownloads.mjs').Volume} Volume */

/** Lines of the list; what is more is only counted. */
const SHOWN = 200;

/** @type {Record<PlanFile['state'], string>} */
const ICONS = { new: 'download', queued: 'clock', installed: 'check', refused: 'alert' };

/**
 * @param {App} app
 * @param {BatchItem[]} items
 * @returns {Promise<boolean>} true when it was agreed to
 */
export function batchDialog(app, items) {
  return new Promise((resolve) => {
    const controller = new AbortController();
    const body = h('div', { class: 'plan', 'aria-live': 'polite' }, skeleton());
    const cancel = h('button', { type: 'button', class: 'button' }, t('action.cancel'));
    const start = h('button', { type: 'button', class: 'button button-primary', disabled: true }, t('file.download'));
    const dialog = formDialog(app.root, {
      title: t('batch.title', { n: items.length }),
      name: 'dialog-batch',
      body: [body],
      foot: [cancel, start],
    });
    cancel.addEventListener('click', () => dialog.close('no'));
    start.addEventListener('click', () => dialog.close('yes'));
    dialog.addEventListener('close', () => {
      controller.abort();
      resolve(dialog.returnValue === 'yes');
    });
    cancel.focus();
    const look = async () => {
      fill(body, skeleton());
      try {
        const plan = await app.session.queue.plan(items, controller.signal);
        drawPlan(body, plan);
        drawStart(start, cancel, plan);
      } catch (error) {
        if (isAbort(error)) return;
        const retry = h('button', { type: 'button', class: 'button', on: { click: look } }, t('action.retry'));
        fill(body, note('alert', 'warn', shortCause(asApiError(error))), retry);
      }
    };
    void look();
  });
}

function skeleton() {
  const lines = [1, 2, 3].map(() => h('div', { class: 'shimmer plan-shimmer' }));
  return h('div', { class: 'plan-wait' }, h('p', { class: 'muted' }, t('batch.looking')), lines);
}

/**
 * @param {HTMLButtonElement} start
 * @param {HTMLButtonElement} cancel
 * @param {Plan} plan
 */
function drawStart(start, cancel, plan) {
  const fresh = byState(plan).new.length;
  start.hidden = fresh === 0;
  start.disabled = fresh === 0;
  cancel.textContent = t(fresh ? 'action.cancel' : 'action.close');
  const tight = fullVolumes(plan).length > 0;
  start.classList.toggle('button-danger', tight);
  start.classList.toggle('button-primary', !tight);
  start.textContent = t(tight ? 'batch.startTight' : 'batch.start', { n: fresh, size: sizeWords(plan) });
  if (fresh) (tight ? cancel : start).focus();
}

/** @param {Plan} plan */
function sizeWords(plan) {
  const size = bytes(plan.bytes_needed);
  if (!plan.unknown_sizes) return size;
  return plan.bytes_needed ? t('batch.atLeast', { size }) : t('batch.unknownSize');
}

/**
 * @param {HTMLElement} body
 * @param {Plan} plan
 */
function drawPlan(body, plan) {
  const found = byState(plan);
  const files = inOrder(plan);
  fill(
    body,
    h(
      'div',
      { class: 'plan-sums' },
      figure(String(found.new.length), t('batch.new', { n: found.new.length })),
      figure(sizeWords(plan), t('batch.size')),
      found.queued.length ? figure(String(found.queued.length), t('batch.queued')) : null,
      found.installed.length ? figure(String(found.installed.length), t('batch.installed')) : null,
      found.refused.length ? figure(String(found.refused.length), t('batch.refused'), 'bad') : null,
    ),
    found.new.length ? null : note('check', 'good', t('batch.nothing')),
    plan.volumes.map(volumeLine),
    h('ul', { class: 'plan-files', role: 'list', tabindex: 0, 'aria-label': t('batch.files') }, [
      ...files.slice(0, SHOWN).map(fileLine),
      files.length > SHOWN ? h('li', { class: 'muted' }, t('batch.more', { n: files.length - SHOWN })) : null,
    ]),
  );
}

/**
 * @param {string} value
 * @param {string} words
 * @param {string} [tone]
 */
function figure(value, words, tone = '') {
  return h(
    'div',
    { class: 'plan-figure', data: { tone: tone || null } },
    h('span', { class: 'plan-value' }, value),
    h('span', { class: 'muted' }, words),
  );
}

/** @param {Volume} volume */
function volumeLine(volume) {
  const free = bytes(volume.free_bytes);
  const needed = bytes(volume.needed_bytes);
  if (!volume.enough) return note('alert', 'warn', t('batch.full', { path: volume.path, needed, free }));
  return h(
    'p',
    { class: 'plan-volume muted' },
    icon('folder', 14),
    h('span', null, t('batch.space', { path: volume.path, needed, free })),
  );
}

/** @param {PlanFile} file */
function fileLine(file) {
  const error = file.error && saidProblem(file.error);
  const name = [file.model_name, file.version_name].filter(Boolean).join(' · ');
  const about = {
    new: file.target_path ?? file.filename ?? '',
    queued: t('batch.isQueued'),
    installed: t('batch.isInstalled', { path: file.installed_path ?? '' }),
    refused: [error?.message, error?.hint].filter(Boolean).join(' '),
  }[file.state];
  return h(
    'li',
    { class: 'plan-file', data: { state: file.state } },
    icon(ICONS[file.state], 14),
    h(
      'div',
      { class: 'plan-text' },
      h('span', { class: 'plan-name' }, name || file.filename || baseName(file.target_path) || `${file.version_id}`),
      h('span', { class: 'muted plan-about', title: about }, about),
    ),
    h('span', { class: 'plan-size' }, file.state === 'new' ? bytes(file.size_bytes) : ''),
  );
}
