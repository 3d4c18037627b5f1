/** The Library while nothing is in it, nothing of it is known, or nothing in it fits. */

import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { errorState, stateBox } from './states.mjs';
import { t } from './strings.mjs';
import { isUnderWay } from './syncs.mjs';

/** @typedef {import('./app.mjs').App} App */

/**
 * @param {App} app
 * @param {import('./api.mjs').ApiError} error
 */
export function libraryFailed(app, error) {
  const copy = () => void app.copy(`${error.code} (${error.status})\n${error.message}\n${error.hint}`);
  return errorState(error, { retry: () => void app.session.library.load(), copy }, 'local.failed').el;
}

/** @param {() => void} clear */
export function nothingFits(clear) {
  return stateBox(
    'empty',
    t('empty.title'),
    h('button', { type: 'button', class: 'button', on: { click: clear } }, t('local.clear')),
  );
}

/** @param {() => void} retry */
export function libraryAway(retry) {
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
export function emptyLibrary(app) {
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
