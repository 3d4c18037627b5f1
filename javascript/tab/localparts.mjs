/** Sections of the details of a file here; each is made from its row and holds no state of its own. */

import { withSend } from './chips.mjs';
import { breakable, h } from './dom.mjs';
import { section, triggerWords } from './drawerparts.mjs';
import { bytes, date } from './format.mjs';
import { icon } from './icons.mjs';
import { cleanWords, contradictionOf, promptTag } from './local.mjs';
import { saidProblem } from './servertext.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./local.mjs').Row} Row */

/** Copies of a file that are named. */
const COPIES_SHOWN = 20;

/** @type {Array<[string, string]>} */
const HASHES = [
  ['sha256', 'SHA256'],
  ['autov2', 'AutoV2'],
  ['autov3', 'AutoV3'],
  ['blake3', 'BLAKE3'],
  ['crc32', 'CRC32'],
];

/**
 * Why CivitAI's details are not shown.
 * @param {App} app
 * @param {Row} row
 */
export function explanation(app, row) {
  const failed = app.session.syncs.job?.errors.find((error) => error.path === row.id);
  const invalid = row.state === 'invalid';
  return note(
    invalid ? 'note-invalid' : '',
    invalid ? 'alert' : row.state === 'pending' ? 'clock' : 'help',
    h('p', null, t(`local.explain.${row.state}`)),
    failed && h('p', null, saidProblem(failed).message),
  );
}

/**
 * @param {string} look
 * @param {string} mark
 * @param {...any} children
 */
function note(look, mark, ...children) {
  return h('div', { class: ['note', look] }, icon(mark, 14), h('div', { class: 'note-text' }, ...children));
}

/**
 * What a file is, where its folder or CivitAI say something else, and where it should lie.
 * @param {App} app
 * @param {Row} row
 * @returns {HTMLElement|null}
 */
export function misplacedNote(app, row) {
  const type = row.belongs_to;
  if (!type) return null;
  const name = term('type', type);
  const { roots } = app.session;
  const wrong = contradictionOf(row, roots);
  const folder = wrong === 'folder' && roots.find((root) => root.type === type)?.path;
  return note(
    'note-misplaced',
    wrong === 'folder' ? 'folder' : 'alert',
    h('p', null, t(`local.explain.${wrong}`, { name })),
    folder && h('p', null, t('local.belongsIn'), ' ', breakable(folder)),
    folder &&
      h(
        'button',
        {
          type: 'button',
          class: 'link-button',
          data: { focus: 'belongs' },
          on: { click: () => void app.copy(folder) },
        },
        t('local.copyFolder'),
      ),
    folder &&
      h(
        'button',
        {
          type: 'button',
          class: 'link-button',
          data: { focus: 'organise-belongs' },
          on: { click: () => app.library.filing.organise([row]) },
        },
        t('organise.there'),
      ),
  );
}

/**
 * The other places where the same content lies, and what it would free to have it once.
 * @param {App} app
 * @param {Row} row
 * @returns {HTMLElement|null}
 */
export function duplicateNote(app, row) {
  const others = (app.session.library.copies.get(row.id) ?? []).filter((other) => other.id !== row.id);
  if (!others.length) return null;
  const size = bytes(others.reduce((sum, other) => sum + (other.size_bytes ?? 0), 0));
  const shown = others.slice(0, COPIES_SHOWN);
  return note(
    'note-misplaced',
    'copy',
    h('p', null, t('local.duplicates', { n: others.length, size })),
    h(
      'ul',
      { class: 'copies', role: 'list' },
      shown.map((other) =>
        h(
          'li',
          null,
          h(
            'button',
            {
              type: 'button',
              class: 'link-button',
              'aria-label': other.id,
              data: { focus: `copy ${other.id}` },
              on: { click: () => app.localDrawer.open(other) },
            },
            breakable(other.id),
          ),
        ),
      ),
      others.length > shown.length && h('li', null, t('sync.moreErrors', { n: others.length - shown.length })),
    ),
  );
}

/**
 * The words that call a model: its author's, and those that its training data suggest.
 * @param {App} app
 * @param {Row} row
 * @returns {Array<HTMLElement|null>}
 */
export function wordParts(app, row) {
  const own = cleanWords(row.trained_words ?? []);
  const suggested = cleanWords(row.suggested_words ?? []).filter((word) => !own.includes(word));
  const guess = withSend(app, suggested, triggerWords(app, suggested, t('local.suggested')), 'suggested');
  guess?.querySelector('.chips')?.before(h('p', { class: 'muted part-hint' }, t('local.suggestedText')));
  return [withSend(app, own, triggerWords(app, own), 'words'), own.length ? folded(guess, suggested.length) : guess];
}

/**
 * Where the author names words, what the file suggests needs a click.
 * @param {HTMLElement|null} part
 * @param {number} n
 */
function folded(part, n) {
  return part && h('details', { class: 'part-folded' }, h('summary', null, t('local.suggestedMore', { n })), part);
}

/** @param {Row} row */
export function factsPart(row) {
  const rows = [
    [t('local.fact.file'), breakable(row.file)],
    row.kind ? [t('local.fact.kind'), term('type', row.kind)] : null,
    [t('local.fact.size'), bytes(row.size_bytes)],
    [t('local.fact.folder'), breakable(row.folder)],
    promptTag(row) ? [t('local.fact.prompt'), h('code', null, promptTag(row))] : null,
    [t('local.fact.synced'), row.synced_at ? date(row.synced_at) : t('local.never')],
  ].filter((one) => one !== null);
  return section(
    t('local.fact.title'),
    h(
      'dl',
      { class: 'facts' },
      rows.flatMap(([name, value]) => [
        h('dt', null, /** @type {string} */ (name)),
        h('dd', null, /** @type {any} */ (value)),
      ]),
    ),
  );
}

/**
 * @param {App} app
 * @param {Row} row
 * @returns {HTMLElement|null}
 */
export function hashesPart(app, row) {
  const rows = HASHES.flatMap(([key, label]) => {
    const value = /** @type {any} */ (row)[key];
    if (!value) return [];
    const copy = h(
      'button',
      {
        type: 'button',
        class: 'icon-button icon-small',
        title: t('action.copy'),
        'aria-label': t('file.copyHash', { name: label }),
        data: { focus: `hash-${key}` },
        on: { click: () => void app.copy(value) },
      },
      icon('copy', 13),
    );
    return [h('dt', null, label), h('dd', null, h('code', { title: value }, value), copy)];
  });
  return rows.length ? section(t('local.hashes'), h('dl', { class: 'facts file-facts' }, rows)) : null;
}

/**
 * Taking back what was written beside the model; nothing is where nothing was written.
 * @param {App} app
 * @param {Row} row
 * @returns {HTMLElement|null}
 */
export function restorePart(app, row) {
  const isTold = Boolean(row.model_name || row.trained_words?.length || row.base_model);
  if (!row.synced_at && !(row.state === 'unknown' && isTold)) return null;
  return section(
    t('local.restore.title'),
    h('p', { class: 'muted part-hint' }, t('local.restore.text')),
    h(
      'button',
      {
        type: 'button',
        class: 'button button-small',
        data: { focus: 'restore' },
        on: { click: () => void app.library.restore(row) },
      },
      icon('undo', 14),
      t('local.restore'),
    ),
  );
}
