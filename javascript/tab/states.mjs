/** What Browse shows when there is something to say: first visit, slow, empty, error. Each with one action. */

import { h } from './dom.mjs';
import { chipButton } from './filterbar.mjs';
import { emptyFilters, suspects, without } from './filters.mjs';
import { icon } from './icons.mjs';
import { hasText, t } from './strings.mjs';

/** @typedef {import('./culprits.mjs').Culprit} Culprit */
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
 * @param {Culprit[]|null} culprits which of them to take away, the best first; null while that is not known
 * @param {(filters: Filters) => void} change
 * @returns {HTMLElement}
 */
export function emptyState(filters, culprits, change) {
  const all = suspects(filters);
  const isTogether = culprits?.length === 0;
  const ways = culprits?.length ? culprits : all.map((chip) => ({ chip, n: 0, more: false }));
  const chips = ways.map(({ chip, n, more }) =>
    h(
      'li',
      null,
      chipButton(chip, () => change(without(filters, chip))),
      n > 0 && h('span', { class: 'muted' }, t(more ? 'empty.foundMore' : 'empty.found', { n })),
    ),
  );
  const clear = h(
    'button',
    { type: 'button', class: 'button', on: { click: () => change({ ...filters, text: '' }) } },
    t('empty.clear'),
  );
  const none = h(
    'button',
    { type: 'button', class: 'button', on: { click: () => change({ ...emptyFilters(), text: filters.text }) } },
    t('action.clearAll'),
  );
  return stateBox(
    'empty',
    t('empty.title'),
    h('p', { class: 'muted' }, t(!all.length ? 'empty.textPlain' : isTogether ? 'empty.textTogether' : 'empty.text')),
    chips.length > 0 && h('ul', { class: 'chips' }, chips),
    isTogether && none,
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
 * The same in one line, for places beside other things.
 * @param {ApiError} error
 * @returns {string} cause, message and hint, each once
 */
export function reasonOf(error) {
  const cause = causeOf(error);
  const message = says(cause, error.message) ? '' : error.message;
  return [hasText(`error.${error.code}`) || !message ? cause : '', message, error.hint]
    .filter(Boolean)
    .map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`))
    .join(' ');
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
 * What went wrong in one line; what a browser says of a request that found nobody helps nobody.
 * @param {ApiError} error
 * @returns {string}
 */
export function shortCause(error) {
  return error.isUnreachable ? t('error.server_unreachable') : error.message;
}

/**
 * The way out of a failure: the same again where that can help, else a search without what was refused.
 * @param {ApiError} error
 * @param {{retry: () => void, clear?: (() => void)|null}} run clear is null when there is nothing to clear
 * @returns {{label: string, mark: string, run: () => void}}
 */
export function wayOut(error, run) {
  if (!error.mayPass && run.clear) return { label: t('empty.clear'), mark: 'close', run: run.clear };
  return { label: t('action.retry'), mark: 'retry', run: run.retry };
}

/**
 * @param {ApiError} error
 * @param {{retry: () => void, copy: () => void, clear?: (() => void)|null}} run
 * @param {string} [otherwise] key of the words for a code that has none
 * @returns {{el: HTMLElement, countdown: HTMLElement}}
 */
export function errorState(error, run, otherwise = 'error.title') {
  const cause = causeOf(error, otherwise);
  const countdown = h('p', { class: 'muted countdown' });
  const way = wayOut(error, run);
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
        { type: 'button', class: 'button button-primary', on: { click: way.run } },
        icon(way.mark, 14),
        way.label,
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
