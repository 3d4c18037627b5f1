/** A growing list of cards: no loss, no duplicates (CivitAI repeats models while one pages). Pure. */

/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./types.mjs').SearchPage} SearchPage */

/** So many pages in a row may bring nothing before a person is asked whether to go on. */
export const MAX_EMPTY_PAGES = 3;

export class Results {
  constructor() {
    /** @type {Card[]} */
    this.items = [];
    /** @type {string|null} */
    this.cursor = null;
    this.complete = false;
    this.emptyPages = 0;
    /** @type {'network'|'cache'|'stale'|null} */
    this.source = null;
    /** Where each page with something new begins. @type {number[]} */
    this.starts = [];
    /** @type {Map<number, number>} */
    this.indexById = new Map();
    /** @type {Set<string>} */
    this.seenCursors = new Set();
  }

  /**
   * Adds one page behind what is there.
   * @param {SearchPage} page
   * @returns {number} how many cards are new
   */
  add(page) {
    let added = 0;
    for (const card of page.items ?? []) {
      if (!card || this.indexById.has(card.id)) continue;
      this.indexById.set(card.id, this.items.length);
      this.items.push(card);
      added += 1;
    }
    if (added) this.starts.push(this.items.length - added);
    this.emptyPages = added ? 0 : this.emptyPages + 1;
    this.source = page.source ?? null;
    this.cursor = this.#next(page.next_cursor ?? null);
    this.complete = this.cursor === null;
    return added;
  }

  /**
   * A cursor that was given before would turn in a circle, so it ends the list.
   * @param {string|null} cursor
   */
  #next(cursor) {
    if (cursor === null || this.seenCursors.has(cursor)) return null;
    this.seenCursors.add(cursor);
    return cursor;
  }

  /** Should the next page be fetched without being asked? */
  get goesOn() {
    return !this.complete && this.emptyPages < MAX_EMPTY_PAGES;
  }

  /**
   * @param {number} id
   * @returns {Card|null}
   */
  byId(id) {
    const index = this.indexById.get(id);
    return index === undefined ? null : this.items[index];
  }

  /**
   * @param {number} id
   * @returns {number} -1 when it is not in the list
   */
  indexOf(id) {
    return this.indexById.get(id) ?? -1;
  }
}
