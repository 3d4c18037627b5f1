/**
 * What of all that changes in the tab is a step that Back takes back. Pure.
 *
 * A step is another view, another search (words, creator, tag or link; one that is being typed is one step until
 * it is meant), and the details of a model or a file where they were not open. All else, as a filter, a version or
 * the next model in the details, belongs to the step that it happens in. Details that are closed, and words that are
 * taken back, lead back to the step before where that shows just what is shown then; where it does not they, too,
 * belong to the step that they happen in.
 */

import { isOtherSearch } from './filters.mjs';
import { writeHash } from './hash.mjs';

/** @typedef {import('./hash.mjs').ViewState} ViewState */
/** @typedef {'push'|'replace'|'back'} Move what happens to the browser's history */

/** @param {ViewState} state */
const hasDetails = (state) => state.model !== null || state.file !== '';

/**
 * @param {ViewState} from
 * @param {ViewState} to
 * @param {{typed: boolean, before: string|null}} entry the one of `from`: is its search still being typed, and our
 *   part of the address before it
 * @returns {Move}
 */
export function moveFor(from, to, entry) {
  const retyped = entry.typed && isOtherSearch(from.filters, to.filters);
  const closed = hasDetails(from) && !hasDetails(to);
  if ((retyped || closed) && entry.before === writeHash('', to)) return 'back';
  const opened = (from.model === null && to.model !== null) || (from.file === '' && to.file !== '');
  const searched = !entry.typed && isOtherSearch(from.filters, to.filters);
  return from.view !== to.view || opened || searched ? 'push' : 'replace';
}
