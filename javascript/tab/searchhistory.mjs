/** The last searches of this browser, newest first. Read anew each time, since another browser tab may write too. */

import { recallList, remember } from './memory.mjs';

export const MOST_SEARCHES = 20;
const KEY = 'searches';
/** A longer line is a text that somebody pasted, not a search to come back to. Characters. */
const LONGEST = 300;

export class SearchHistory {
  /** @returns {string[]} */
  get lines() {
    return recallList(KEY).filter((line) => typeof line === 'string' && line !== '');
  }

  /** @param {string[]} lines */
  put(lines) {
    remember('local', KEY, JSON.stringify(lines.slice(0, MOST_SEARCHES)));
  }

  /** @param {string} line what was searched for, as it is typed */
  add(line) {
    const text = line.trim();
    if (text && text.length <= LONGEST) this.put([text, ...this.#without(text)]);
  }

  /** @param {string} line */
  remove(line) {
    this.put(this.#without(line));
  }

  /** @param {string} line */
  #without(line) {
    const same = line.toLowerCase();
    return this.lines.filter((one) => one.toLowerCase() !== same);
  }

  /**
   * @param {string} typed
   * @returns {string[]} the searches that hold what was typed; not the one that says just that
   */
  matching(typed) {
    const wanted = typed.trim().toLowerCase();
    return this.lines.filter((line) => line.toLowerCase().includes(wanted) && line.toLowerCase() !== wanted);
  }
}
