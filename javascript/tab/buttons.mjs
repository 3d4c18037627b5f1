/** The two buttons that most places draw: a mark alone, and a mark with words. */

import { h } from './dom.mjs';
import { icon } from './icons.mjs';

/**
 * @param {string} mark the name of an icon
 * @param {string} label
 * @param {() => void} run
 */
export function iconButton(mark, label, run) {
  return h(
    'button',
    { type: 'button', class: 'icon-button', title: label, 'aria-label': label, on: { click: run } },
    icon(mark, 16),
  );
}

/**
 * @param {string} mark the name of an icon
 * @param {string} words
 * @param {() => void} run
 */
export function smallButton(mark, words, run) {
  return h(
    'button',
    { type: 'button', class: 'button button-small', on: { click: run } },
    icon(mark, 14),
    h('span', null, words),
  );
}
