/** What was chosen in the Library, over a reload of this browser tab. */

import { allOfThem, SORT_KEYS } from './local.mjs';
import { recall, remember } from './memory.mjs';

/** @typedef {import('./local.mjs').LocalFilters} LocalFilters */
/** @typedef {import('./local.mjs').Order} Order */
/** @typedef {{filters: LocalFilters, order: Order}} Choice */

const KEY = 'library-choice';

/** @returns {Choice} all models by name where nothing, or nonsense, was remembered */
export function recallChoice() {
  const found = parsed(recall('session', KEY));
  const words = (/** @type {unknown} */ value) =>
    Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  const text = (/** @type {unknown} */ value) => (typeof value === 'string' ? value : '');
  const { filters = {}, order = {} } = found;
  return {
    filters: {
      ...allOfThem(),
      text: text(filters.text),
      types: words(filters.types),
      bases: words(filters.bases),
      states: words(filters.states),
      folder: text(filters.folder),
    },
    order: { key: SORT_KEYS.includes(order.key) ? order.key : 'name', down: order.down === true },
  };
}

/** @param {Choice} choice */
export function rememberChoice(choice) {
  remember('session', KEY, JSON.stringify(choice));
}

/**
 * @param {string|null} text
 * @returns {Record<string, any>}
 */
function parsed(text) {
  try {
    const found = JSON.parse(text ?? '{}');
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {}; // written by somebody else
  }
}
