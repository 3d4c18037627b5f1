/** The search behind Browse: one list, pages that follow, stale questions cancelled. Knows no DOM. */

import { asApiError, isAbort } from './api.mjs';
import { canWiden, emptyFilters, requestBody, sameFilters } from './filters.mjs';
import { Results } from './results.mjs';

/** @typedef {import('./filters.mjs').Filters} Filters */
/** @typedef {import('./session.mjs').Session} Session */
/** @typedef {import('./api.mjs').ApiError} ApiError */
/** @typedef {'idle'|'loading'|'more'|'ready'|'failed'|'more-failed'|'cancelled'} Phase */

/** A card that is looked at: `index` in the list, `offset` pixels below the upper edge. @typedef {{id: number, index: number, offset: number}} Place */
/** @typedef {{filters: Filters, results: Results, widened: number, scrollTop: number, activeId: number|null, place: Place|null}} Held */

export const PAGE_SIZE = 40;
/** Results of so many searches are kept for the way back to them. */
export const MOST_HELD = 8;

/** Waits before a failed search is asked again by itself, when the answer named none. Seconds. */
const AGAIN_S = 15;

export class Searcher {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.filters = emptyFilters();
    this.results = new Results();
    /** @type {Phase} */
    this.phase = 'idle';
    /** @type {ApiError|null} */
    this.error = null;
    this.widened = 0;
    this.startedAt = 0;
    /** When a failed search is asked again; 0 for never. */
    this.againAt = 0;
    this.scrollTop = 0;
    /** The card that had the focus last, told by the view. @type {number|null} */
    this.activeId = null;
    /** What is looked at, told by the view; null near the beginning of the list. @type {Place|null} */
    this.place = null;
    /** The search that was left from deep inside its list. @type {Held|null} */
    this.left = null;
    /** Searches that were left, the latest first. @type {Held[]} */
    this.held = [];
    /** @type {AbortController|null} */
    this.running = null;
    /** @type {() => void} called after every change */
    this.changed = () => {};
    session.config.on(() => {
      this.held = []; // what may be shown may be something else now
      if (this.results.hide(this.#hidden)) this.changed();
    });
  }

  /**
   * Searches anew, unless these filters are the ones shown.
   * @param {Filters} filters
   */
  show(filters) {
    if (this.phase !== 'idle' && sameFilters(filters, this.filters) && this.phase !== 'failed') return;
    this.#leave();
    this.filters = filters;
    this.widened = 0;
    void this.#first();
  }

  /** Only results that belong to the filters can be come back to. */
  #leave() {
    const held = this.#hold();
    if (held?.place) this.left = held;
    this.place = null;
  }

  /** @returns {Held|null} */
  #hold() {
    const { filters, results, widened, scrollTop, activeId, place } = this;
    if (!['ready', 'more', 'more-failed'].includes(this.phase)) return null;
    const held = { filters, results, widened, scrollTop, activeId, place };
    const others = this.held.filter((one) => !sameFilters(one.filters, filters));
    this.held = [held, ...others].slice(0, MOST_HELD);
    return held;
  }

  /**
   * Shows a search that was left as it was left, without asking for it; one that is kept no more is asked for.
   * @param {Filters} filters
   */
  bringBack(filters) {
    const held = this.held.find((one) => sameFilters(one.filters, filters));
    if (!held || sameFilters(filters, this.filters)) {
      this.show(filters);
      return;
    }
    this.#leave();
    this.#take(held);
  }

  /** @returns {Place|null} where the search was left that is shown again now, without asking for it */
  goBack() {
    const { left } = this;
    if (!left) return null;
    this.left = null;
    this.#hold();
    this.#take(left);
    return left.place;
  }

  /** @param {Held} held */
  #take(held) {
    this.running?.abort();
    this.running = null;
    this.filters = held.filters;
    this.results = held.results;
    this.widened = held.widened;
    this.scrollTop = held.scrollTop;
    this.activeId = held.activeId;
    this.place = null; // told again by the view
    this.#to('ready');
  }

  retry() {
    if (this.phase === 'more-failed') void this.more();
    else void this.#first();
  }

  cancel() {
    this.running?.abort();
    this.running = null;
    this.#to(this.results.items.length ? 'ready' : 'cancelled');
  }

  /** Ends what is under way without a word; the same filters are asked for anew when they are shown again. */
  rest() {
    if (this.phase === 'loading' || this.phase === 'more') this.running?.abort();
    this.running = null;
    this.phase = this.phase === 'more' ? 'ready' : this.phase === 'loading' ? 'idle' : this.phase;
  }

  /** Creators who are hidden, but for a search of one creator's models, who asked for them. */
  get #hidden() {
    return this.filters.creator ? new Set() : this.session.config.value.hiddenCreators;
  }

  /** @returns {Promise<void>} the first page; old cards stay until it is there */
  async #first() {
    const controller = this.#begin('loading');
    try {
      const page = await this.#ask(controller, null);
      if (this.running !== controller) return;
      if (!page.items.length && !page.next_cursor && canWiden(this.filters, this.widened)) {
        this.widened += 1;
        await this.#first();
        return;
      }
      this.results = new Results(this.#hidden);
      this.results.add(page);
      this.scrollTop = 0;
      this.activeId = null;
      this.place = null;
      this.#to('ready');
      this.#goOnWhenEmpty();
    } catch (error) {
      this.#fail(controller, error, 'failed');
    }
  }

  /** The next page, if there is one and none is under way. */
  async more() {
    if (!this.results.cursor || this.phase === 'loading' || this.phase === 'more') return;
    const controller = this.#begin('more');
    try {
      const page = await this.#ask(controller, this.results.cursor);
      if (this.running !== controller) return;
      this.results.add(page);
      this.#to('ready');
      this.#goOnWhenEmpty();
    } catch (error) {
      this.#fail(controller, error, 'more-failed');
    }
  }

  /** A page may bring nothing new and still be followed by others. */
  #goOnWhenEmpty() {
    if (this.results.emptyPages > 0 && this.results.goesOn) void this.more();
  }

  /** Does the next page come without being asked for? Not for ever through empty pages. */
  get scrollsOn() {
    return this.session.config.value.infiniteScroll && this.results.goesOn;
  }

  /** Infinite scroll asks here: not after a failure. */
  moreByItself() {
    if (this.phase === 'ready' && this.scrollsOn) void this.more();
  }

  /**
   * @param {AbortController} controller
   * @param {string|null} cursor
   * @returns {Promise<import('./types.mjs').SearchPage>}
   */
  async #ask(controller, cursor) {
    const body = requestBody(this.filters, { limit: PAGE_SIZE, cursor, widened: this.widened });
    const page = await this.session.api.post('search', body, { signal: controller.signal });
    this.session.connected();
    return page;
  }

  /** @param {Phase} phase */
  #begin(phase) {
    this.running?.abort();
    this.running = new AbortController();
    this.startedAt = Date.now();
    this.#to(phase);
    return this.running;
  }

  /**
   * @param {AbortController} controller
   * @param {unknown} error
   * @param {Phase} phase
   */
  #fail(controller, error, phase) {
    if (this.running !== controller || isAbort(error)) return;
    const problem = asApiError(error);
    if (problem.isCutOff) this.session.disconnected(problem.code);
    const waits = problem.isCivitaiAway || problem.code === 'rate_limited' || problem.retryAfter !== null;
    this.#to(phase, problem, waits ? Date.now() + 1000 * (problem.retryAfter ?? AGAIN_S) : 0);
  }

  /**
   * @param {Phase} phase
   * @param {ApiError|null} [error]
   * @param {number} [againAt]
   */
  #to(phase, error = null, againAt = 0) {
    this.phase = phase;
    this.error = error;
    this.againAt = againAt;
    this.changed();
  }
}
