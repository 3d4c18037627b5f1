/** What was taken over from other tools' files, as a dialog. */

import { showModal } from './dialogs.mjs';
import { fill, h } from './dom.mjs';
import { icon } from './icons.mjs';
import { number, t, term } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Migrated} Migrated */

/** More lines help nobody; words find the rest. */
const MOST = 200;
/** The kinds of metadata file that a report can name. */
const SUFFIX = /\.json$/i;

/**
 * @param {Migrated} item
 * @returns {string[]} "other.civitai.info: trigger words, base model", one for each file
 */
function sources(item) {
  return item.taken.map(({ source, fields }) =>
    t('migration.from', { source, fields: fields.map((field) => term('field', field)).join(', ') }),
  );
}

/** @param {Migrated} item */
function modelName(item) {
  return item.path.slice(item.path.lastIndexOf('/') + 1).replace(SUFFIX, '');
}

/**
 * @param {Migrated[]} items
 * @param {string} text
 * @returns {Migrated[]} those in whose path or sources it occurs
 */
export function matching(items, text) {
  const part = text.trim().toLowerCase();
  if (!part) return items;
  return items.filter((item) => `${item.path}\n${sources(item).join('\n')}`.toLowerCase().includes(part));
}

/**
 * @param {Migrated[]} items
 * @returns {string}
 */
export function reportText(items) {
  return items.flatMap((item) => [item.path, ...sources(item).map((line) => `  ${line}`)]).join('\n');
}

/**
 * @param {App} app
 * @param {Migrated[]} items
 */
export function migrationDialog(app, items) {
  const list = h('ul', { class: 'migration-list', role: 'list', tabindex: 0, 'aria-label': t('migration.title') });
  const count = h('p', { class: 'muted', role: 'status' });
  const draw = (/** @type {string} */ text) => {
    const found = matching(items, text);
    const rest = found.length - MOST;
    count.textContent = t('migration.count', { n: found.length, count: number(found.length) });
    fill(
      list,
      found.slice(0, MOST).map((item) =>
        h(
          'li',
          { class: 'migration-item', title: item.path },
          h('span', { class: 'migration-name' }, modelName(item)),
          sources(item).map((line) => h('span', { class: 'muted migration-source' }, line)),
        ),
      ),
      rest > 0 && h('li', { class: 'migration-item muted' }, t('migration.more', { n: rest })),
    );
  };
  const find = h('input', {
    type: 'search',
    class: 'input',
    placeholder: t('migration.find'),
    'aria-label': t('migration.find'),
    on: { input: () => draw(find.value) },
  });
  const close = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': t('action.close'), on: { click: () => dialog.close() } },
    icon('close'),
  );
  const copy = h(
    'button',
    { type: 'button', class: 'button', on: { click: () => void app.copy(reportText(items)) } },
    icon('copy', 15),
    h('span', null, t('migration.copy')),
  );
  draw('');
  const dialog = h(
    'dialog',
    { class: 'dialog dialog-migration', 'aria-labelledby': 'cd-migration-title' },
    h('div', { class: 'dialog-head' }, h('h2', { id: 'cd-migration-title' }, t('migration.title')), close),
    h(
      'div',
      { class: 'migration-body' },
      h('p', { class: 'muted' }, t(items.length ? 'migration.text' : 'migration.none')),
      items.length > 0 && [find, count, list],
    ),
    items.length > 0 && h('div', { class: 'dialog-foot' }, copy),
  );
  showModal(app.root, dialog);
}
