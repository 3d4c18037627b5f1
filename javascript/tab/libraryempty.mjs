/** The Library while nothing is in it, nothing of it is known, or nothing in it fits. */

import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { isFiltered } from './local.mjs';
import { errorState, stateBox } from './states.mjs';
import { t } from './strings.mjs';
import { isUnderWay } from './syncs.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./libraryview.mjs').LibraryView} LibraryView */

/**
 * @param {LibraryView} view
 * @param {() => void} clear takes the filters away
 * @returns {HTMLElement|null} what stands in place of the list; null where there are rows, or their first ones come
 */
export function stateOf(view, clear) {
  const { app, away, library, rows } = view;
  if (away) return libraryAway(() => void library.load());
  if (rows.length || (library.loading && !library.rows.length)) return null;
  if (library.error && !library.rows.length) return libraryFailed(app, library.error);
  if (library.rows.length || isFiltered(library.filters)) return nothingFits(clear);
  return library.loaded ? emptyLibrary(app) : null;
}

/**
 * @param {App} app
 * @param {import('./api.mjs').ApiError} error
 */
function libraryFailed(app, error) {
  const copy = () => void app.copy(`${error.code} (${error.status})\n${error.message}\n${error.hint}`);
  return errorState(error, { retry: () => void app.session.library.load(), copy }, 'local.failed').el;
}

/** @param {() => void} clear */
function nothingFits(clear) {
  return stateBox(
    'empty',
    t('empty.title'),
    h('button', { type: 'button', class: 'button', on: { click: clear } }, t('local.clear')),
  );
}

/** @param {() => void} retry */
function libraryAway(retry) {
  return stateBox(
    'cloudOff',
    t('local.away'),
    h('p', { class: 'muted' }, t('local.awayText')),
    h(
      'button',
      { type: 'button', class: 'button button-primary', on: { click: retry } },
      icon('retry', 14),
      h('span', null, t('action.retry')),
    ),
  );
}

/**
 * What can be done about it: sync what lies in the folders already, or download something.
 * @param {App} app
 */
function emptyLibrary(app) {
  const { session } = app;
  const paths = [...new Set(session.roots.map((root) => root.path))];
  const under = isUnderWay(session.syncs.job);
  return stateBox(
    'folder',
    t(under ? 'local.looking' : 'local.empty'),
    h('p', { class: 'muted' }, t(under ? 'local.lookingText' : 'local.emptyText')),
    h(
      'div',
      { class: 'state-actions' },
      !under &&
        h(
          'button',
          { type: 'button', class: 'button button-primary', on: { click: () => void app.library.sync() } },
          icon('retry', 14),
          h('span', null, t('sync.all')),
        ),
      h('button', { type: 'button', class: 'button', on: { click: () => app.show('browse') } }, t('downloads.browse')),
    ),
    paths.length > 0 &&
      h(
        'details',
        { class: 'library-roots' },
        h('summary', null, t('local.roots')),
        h(
          'ul',
          { role: 'list' },
          paths.map((path) => h('li', null, path)),
        ),
      ),
  );
}
