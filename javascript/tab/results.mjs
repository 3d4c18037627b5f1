/** A growing list of cards: no loss, no duplicates (CivitAI repeats models while one pages), none of hidden creators. Pure. */

/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./types.mjs').SearchPage} SearchPage */

/** So many pages in a row may bring nothing before a person is asked whether to go on. */
export const MAX_EMPTY_PAGES = 3;

export class Results {
  /** @param {ReadonlySet<string>} [hidden] creators whose cards are not shown, in lower case */
  constructor(hidden = new Set()) {
    this.hidden = hidden;
    /** Every card that came, also of hidden creators, each with the number of its page. @type {Map<number, {card: Card, page: number}>} */
    this.known = new Map();
    this.pages = 0;
    /** What is shown. @type {Card[]} */
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
    const before = this.items.length;
    for (const card of page.items ?? []) {
      if (!card || this.known.has(card.id)) continue;
      const entry = { card, page: this.pages };
      this.known.set(card.id, entry);
      this.#show(entry);
    }
    this.pages += 1;
    const added = this.items.length - before;
    this.emptyPages = added ? 0 : this.emptyPages + 1;
    this.source = page.source ?? null;
    this.cursor = this.#next(page.next_cursor ?? null);
    this.complete = this.cursor === null;
    return added;
  }

  /** Shows a card behind the others, unless its creator is hidden. @param {{card: Card, page: number}} entry */
  #show({ card, page }) {
    if (this.hidden.has((card.creator ?? '').toLowerCase())) return;
    const last = this.items.at(-1);
    if (!last || this.known.get(last.id)?.page !== page) this.starts.push(this.items.length);
    this.indexById.set(card.id, this.items.length);
    this.items.push(card);
  }

  /**
   * Takes away the cards of these creators, and brings back those of others that were hidden.
   * @param {ReadonlySet<string>} creators in lower case
   * @returns {boolean} whether something else is shown now
   */
  hide(creators) {
    const before = this.items;
    this.hidden = creators;
    this.items = [];
    this.starts = [];
    this.indexById.clear();
    for (const entry of this.known.values()) this.#show(entry);
    if (this.items.length === before.length && this.items.every((card, at) => card === before[at])) {
      this.items = before;
      return false;
    }
    return true;
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
