/** What Browse shows when there is something to say: first visit, slow, empty, error. Each with one action. */

import { h } from './dom.mjs';
import { chipButton } from './filterbar.mjs';
import { suspects, without } from './filters.mjs';
import { icon } from './icons.mjs';
import { hasText, t } from './strings.mjs';

/** @typedef {import('./filters.mjs').Filters} Filters */
/** @typedef {import('./api.mjs').ApiError} ApiError */

/**
 * @param {string} mark
 * @param {string} title
 * @param {...any} more
 * @returns {HTMLElement}
 */
export function stateBox(mark, title, ...more) {
  return h(
    'div',
    { class: 'state' },
    h('div', { class: 'state-mark' }, icon(mark, 26)),
    h('h2', { class: 'state-title' }, title),
    ...more,
  );
}

/**
 * @param {Filters} filters
 * @param {(filters: Filters) => void} change
 * @returns {HTMLElement}
 */
export function emptyState(filters, change) {
  const found = suspects(filters);
  const chips = found.map((chip) =>
    h(
      'li',
      null,
      chipButton(chip, () => change(without(filters, chip))),
    ),
  );
  const clear = h(
    'button',
    { type: 'button', class: 'button', on: { click: () => change({ ...filters, text: '' }) } },
    t('empty.clear'),
  );
  return stateBox(
    'empty',
    t('empty.title'),
    h('p', { class: 'muted' }, t(found.length ? 'empty.text' : 'empty.textPlain')),
    found.length > 0 && h('ul', { class: 'chips' }, chips),
    filters.text && clear,
  );
}

/**
 * A short cause in words.
 * @param {ApiError} error
 * @param {string} [otherwise] key of the words for a code that has none
 * @returns {string}
 */
export function causeOf(error, otherwise = 'error.title') {
  return t(hasText(`error.${error.code}`) ? `error.${error.code}` : otherwise);
}

/**
 * Does a title say the same as a message?
 * @param {string} title
 * @param {string} message
 */
function says(title, message) {
  return title.toLowerCase() === message.replace(/[.!]+$/, '').toLowerCase();
}

/**
 * @param {ApiError} error
 * @param {{retry: () => void, copy: () => void}} run
 * @param {string} [otherwise] key of the words for a code that has none
 * @returns {{el: HTMLElement, countdown: HTMLElement}}
 */
export function errorState(error, run, otherwise = 'error.title') {
  const cause = causeOf(error, otherwise);
  const countdown = h('p', { class: 'muted countdown' });
  const el = stateBox(
    error.isCivitaiAway || error.isUnreachable ? 'cloudOff' : 'alert',
    cause,
    !says(cause, error.message) && h('p', null, error.message),
    error.hint && h('p', { class: 'muted' }, error.hint),
    countdown,
    h(
      'div',
      { class: 'state-actions' },
      h(
        'button',
        { type: 'button', class: 'button button-primary', on: { click: run.retry } },
        icon('retry', 14),
        t('action.retry'),
      ),
      h(
        'button',
        { type: 'button', class: 'button', on: { click: run.copy } },
        icon('copy', 14),
        t('action.copyDetails'),
      ),
    ),
  );
  return { el, countdown };
}

const EXAMPLES = ['anime', 'landscape', '#style', '#character'];

/**
 * @param {{search: (text: string) => void, dismiss: () => void}} run
 * @returns {HTMLElement}
 */
export function firstVisit(run) {
  const examples = EXAMPLES.map((text) =>
    h(
      'li',
      null,
      h('button', { type: 'button', class: 'chip', on: { click: () => run.search(text) } }, icon('search', 12), text),
    ),
  );
  return h(
    'section',
    { class: 'first' },
    h('div', { class: 'first-mark' }, icon('sparkle', 18)),
    h('div', { class: 'first-text' }, h('h2', null, t('first.title')), h('p', { class: 'muted' }, t('first.text'))),
    h('ul', { class: 'chips' }, examples),
    h(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': t('action.dismiss'), on: { click: run.dismiss } },
      icon('close', 14),
    ),
  );
}
