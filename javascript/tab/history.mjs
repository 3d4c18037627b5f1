/** The downloads that have ended, page by page, as the server keeps them. Knows no DOM. */

import { asApiError, isAbort } from './api.mjs';
import { isOpen } from './jobs.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./api.mjs').ApiError} ApiError */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./typesdownloads.mjs').FinishedState} FinishedState */
/** @typedef {import('./typesdownloads.mjs').HistoryPage} HistoryPage */
/** @typedef {FinishedState|''} HistoryFilter */

/** @type {FinishedState[]} */
export const FINISHED = ['done', 'failed', 'cancelled'];
export const PAGE = 50;

/**
 * A clearing that can still be taken back.
 * @typedef {{ids: Job['id'][], states: FinishedState[], hides: (job: Job) => boolean}} Clearing
 */

export class History {
  /**
   * @param {Api} api
   * @param {() => void} changed
   */
  constructor(api, changed) {
    this.api = api;
    this.changed = changed;
    this.query = '';
    /** @type {HistoryFilter} */
    this.state = '';
    /** @type {Job[]} newest first */
    this.items = [];
    this.total = 0;
    /** @type {string|null} */
    this.cursor = null;
    this.loading = false;
    this.loaded = false;
    /** @type {ApiError|null} */
    this.error = null;
    /** @type {AbortController|null} */
    this.running = null;
    /** @type {Set<Clearing>} */
    this.clearings = new Set();
  }

  /** Asks for the first page. */
  load() {
    return this.#ask(null);
  }

  /** Asks for the page after those that are here. */
  more() {
    return this.cursor === null || this.loading ? Promise.resolve() : this.#ask(this.cursor);
  }

  /**
   * @param {string} query
   * @param {HistoryFilter} state
   */
  find(query, state) {
    this.query = query.trim();
    this.state = state;
    return this.load();
  }

  /** @param {string|null} cursor */
  async #ask(cursor) {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    this.loading = true;
    this.changed();
    try {
      /** @type {HistoryPage} */
      const page = await this.api.get(`download-history?${this.#words(cursor)}`, { signal: controller.signal });
      const known = new Set(cursor === null ? [] : this.items.map((job) => String(job.id)));
      const fresh = page.items.filter((job) => !known.has(String(job.id)));
      this.items = cursor === null ? page.items : [...this.items, ...fresh];
      this.total = page.total;
      this.cursor = page.next_cursor;
      this.error = null;
      this.loaded = true;
    } catch (error) {
      if (isAbort(error) || this.running !== controller) return;
      this.error = asApiError(error);
    }
    this.loading = false;
    this.changed();
  }

  /** @param {string|null} cursor */
  #words(cursor) {
    const words = new URLSearchParams({ limit: String(PAGE) });
    if (this.query) words.set('query', this.query);
    if (this.state) words.set('state', this.state);
    if (cursor !== null) words.set('cursor', cursor);
    return words.toString();
  }

  /**
   * A job changed: what ended comes to the top, what was begun again leaves.
   * @param {Job} job
   */
  note(job) {
    if (!this.loaded) return;
    const rest = this.items.filter((one) => String(one.id) !== String(job.id));
    const was = rest.length < this.items.length;
    const fits = !isOpen(job) && this.#fits(job);
    if (!was && !fits) return;
    this.total += Number(fits) - Number(was);
    this.items = fits ? [job, ...rest] : rest;
    this.changed();
  }

  /** @param {Job['id'][]} ids cleared by somebody else */
  forget(ids) {
    const gone = new Set(ids.map(String));
    const rest = this.items.filter((job) => !gone.has(String(job.id)));
    if (rest.length === this.items.length) return;
    this.total = Math.max(0, this.total - (this.items.length - rest.length));
    this.items = rest;
    this.changed();
  }

  /** @param {Job} job */
  #fits(job) {
    if (this.state && job.state !== this.state) return false;
    const words = [job.model_name, job.version_name, job.filename, job.error?.code].join('\n').toLowerCase();
    return words.includes(this.query.toLowerCase());
  }

  /** @returns {Job[]} without what is being cleared */
  get shown() {
    return this.items.filter((job) => ![...this.clearings].some((clearing) => clearing.hides(job)));
  }

  /** @param {Job} job */
  isHidden(job) {
    return [...this.clearings].some((clearing) => clearing.hides(job));
  }

  /**
   * Hides what shall be cleared. It is gone only after `carryOut`.
   * @param {Job['id'][]} ids
   * @returns {Clearing}
   */
  clear(ids) {
    const wanted = new Set(ids.map(String));
    return this.#hide({ ids, states: [], hides: (job) => wanted.has(String(job.id)) });
  }

  /**
   * Hides all of what a person sees of this list. Where some of it was never loaded the server is told the states,
   * else the very jobs: what ends while a person may still undo has not been seen, and stays.
   * @param {Job[]} seen
   * @returns {Clearing|null} null when there is nothing
   */
  clearAll(seen) {
    if (!seen.length) return null;
    if (this.cursor === null || this.query) return this.clear(seen.map((job) => job.id));
    const known = new Set(seen.map((job) => String(job.id)));
    const states = this.state ? [this.state] : FINISHED.filter((state) => state !== 'failed');
    return this.#hide({
      ids: [],
      states,
      hides: (job) => known.has(String(job.id)) && /** @type {string[]} */ (states).includes(job.state),
    });
  }

  /** @param {Clearing} clearing */
  #hide(clearing) {
    this.clearings.add(clearing);
    this.changed();
    return clearing;
  }

  /** @param {Clearing} clearing */
  undo(clearing) {
    if (this.clearings.delete(clearing)) this.changed();
  }

  /**
   * @param {Clearing} clearing
   * @param {{keepalive?: boolean}} [options]
   * @returns {Promise<void>} throws an ApiError; what was hidden is shown again then
   */
  async carryOut(clearing, options = {}) {
    if (!this.clearings.has(clearing)) return;
    const { ids, states } = clearing;
    try {
      await this.api.post('download-history/clear', { ids, states }, options);
      const gone = this.items.filter((job) => clearing.hides(job)).length;
      this.items = this.items.filter((job) => !clearing.hides(job));
      this.total = Math.max(0, this.total - gone);
    } finally {
      this.clearings.delete(clearing);
      this.changed();
    }
    if (states.length) await this.load();
  }

  /** The page is left: what a person cleared and did not undo is cleared now. */
  flush() {
    for (const clearing of this.clearings) void this.carryOut(clearing, { keepalive: true }).catch(() => {});
  }
}
