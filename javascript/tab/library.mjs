/** The files here and their updates: loaded page by page, kept as long as the page lives. Knows no DOM. */

import { asApiError, isAbort } from './api.mjs';
import { duplicatesOf } from './duplicates.mjs';
import { recallChoice, rememberChoice } from './librarymemory.mjs';
import { offersOf, rowOf, withIgnored } from './local.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./api.mjs').ApiError} ApiError */
/** @typedef {import('./store.mjs').Bus} Bus */
/** @typedef {import('./local.mjs').Row} Row */
/** @typedef {import('./local.mjs').Offer} Offer */
/** @typedef {import('./types.mjs').Newer} Newer */
/** @typedef {import('./types.mjs').LocalUpdate} LocalUpdate */

/** The most the route gives at a time (design 8). */
const PAGE = 1000;
/** Several arrivals in a row cost one reload. */
const QUIET_MS = 1200;
/** While a sync runs the list is read again at most so often, and never longer than a part of the time. */
const FOLLOW_MS = 4000;
const FOLLOW_SHARE = 10;

export class Library {
  /**
   * @param {Api} api
   * @param {Bus} bus hears `library` after every change
   */
  constructor(api, bus) {
    this.api = api;
    this.bus = bus;
    /** @type {Row[]} in the order of the server */
    this.rows = [];
    /** What lies beside the older file already is no update of it. @type {Set<number>} */
    this.versionsHere = new Set();
    /** By the path of a file, all with the same content. @type {Map<string, Row[]>} */
    this.copies = new Map();
    /** The same with what leaves the list. @type {Row[]} */
    this.known = [];
    /** What is on its way into the trash: gone from the list before the server has done it. @type {Set<string>} */
    this.leaving = new Set();
    this.total = 0;
    this.loaded = false;
    this.loading = false;
    /** @type {ApiError|null} */
    this.error = null;
    /** @type {AbortController|null} */
    this.running = null;
    /** @type {Map<string, Offer[]>} by the path of the file */
    this.offers = new Map();
    /** @type {Map<number, Offer>} what can be had now and is not ignored */
    this.byModel = new Map();
    this.newVersions = 0;
    /** Models whose every update is ignored. @type {Set<number>} */
    this.quiet = new Set();
    this.offersKnown = false;
    this.updateRun = 0;
    /** What the person chose stays while other views are shown, and over a reload. */
    this.choice = recallChoice();
    this.scrollTop = 0;
    /** The file that had the focus last. @type {string|null} */
    this.activeId = null;
    this.wanted = false;
    this.timer = 0;
    /** How long the last load took, and when it ended. */
    this.loadMs = 0;
    this.loadedAt = 0;
    this.followed = '';
  }

  /** The Library is shown: what is known stays, and is asked for anew. */
  open() {
    this.wanted = true;
    if (!this.loading) void this.load();
  }

  /** Files changed: ask again, once for a burst. */
  refreshSoon() {
    clearTimeout(this.timer);
    this.timer = Number(setTimeout(() => this.refresh(), QUIET_MS));
  }

  /**
   * While a sync runs, what it finds shows up step by step; a long list is asked for less often.
   * @param {import('./types.mjs').Sync} job
   */
  follow(job) {
    const found = `${job.id} ${job.phase} ${job.matched} ${job.unmatched} ${job.invalid}`;
    const wait = Math.max(FOLLOW_MS, this.loadMs * FOLLOW_SHARE);
    if (this.loading || found === this.followed || performance.now() - this.loadedAt < wait) return;
    this.followed = found;
    void this.load();
  }

  refresh() {
    if (this.wanted) void this.load();
    void this.loadUpdates();
  }

  /** The first time rows show up with each page; later the old list stays until the new one is complete. */
  async load() {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    this.loading = true;
    this.error = null;
    this.bus.emit('library');
    const start = performance.now();
    try {
      await this.#load(controller.signal);
      this.loaded = true;
      this.loadedAt = performance.now();
      this.loadMs = this.loadedAt - start;
    } catch (error) {
      if (isAbort(error) || this.running !== controller) return;
      this.error = asApiError(error);
    }
    this.loading = false;
    this.running = null;
    this.bus.emit('library');
  }

  /** @param {AbortSignal} signal */
  async #load(signal) {
    const first = !this.loaded;
    /** @type {Map<string, Row>} a file that moved between two pages comes twice */
    const rows = new Map();
    let next = 0;
    for await (const page of this.#pages('local-models', signal)) {
      for (const local of page.items ?? []) {
        const row = rowOf(local);
        rows.set(row.id, row);
      }
      this.total = Math.max(this.total, page.total ?? 0);
      // Sorting and drawing all that came after every page would cost more than the pages.
      if (!first || rows.size < next) continue;
      next = rows.size * 2;
      this.#takeRows([...rows.values()], page.total ?? 0);
      this.bus.emit('library');
    }
    this.#takeRows([...rows.values()], 0);
  }

  /**
   * @param {Row[]} rows
   * @param {number} total as the server counts them
   */
  #takeRows(rows, total) {
    this.known = rows;
    this.rows = this.leaving.size ? rows.filter((row) => !this.leaving.has(row.id)) : rows;
    this.total = Math.max(total, this.rows.length);
    this.versionsHere = new Set(this.rows.flatMap((row) => row.version_id ?? []));
    this.copies = duplicatesOf(this.rows);
  }

  /** @param {string[]} ids they leave the list at once */
  leave(ids) {
    for (const id of ids) this.leaving.add(id);
    this.#takeRows(this.known, 0);
    this.bus.emit('library');
  }

  /** @param {string[]} ids whether they are here is said by the next load */
  release(ids) {
    for (const id of ids) this.leaving.delete(id);
  }

  /** @param {string[]} ids they did not leave after all */
  comeBack(ids) {
    this.release(ids);
    this.#takeRows(this.known, 0);
    this.bus.emit('library');
  }

  /**
   * All pages of a list.
   * @param {string} path
   * @param {AbortSignal} [signal]
   * @returns {AsyncGenerator<any>}
   */
  async *#pages(path, signal) {
    const options = signal ? { signal } : {};
    let cursor = '';
    while (true) {
      const more = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page = await this.api.get(`${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${more}`, options);
      yield page;
      const next = page.next_cursor ?? '';
      if (!next || next === cursor) return;
      cursor = next;
    }
  }

  get filters() {
    return this.choice.filters;
  }

  get order() {
    return this.choice.order;
  }

  /** @param {Partial<import('./librarymemory.mjs').Choice>} choice what is chosen otherwise */
  choose(choice) {
    this.choice = { ...this.choice, ...choice };
    rememberChoice(this.choice);
  }

  /** @returns {Promise<void>} never throws: without an answer the updates in the rows count */
  async loadUpdates() {
    /** @type {Map<string, Offer[]>} */
    const found = new Map();
    this.updateRun += 1;
    const run = this.updateRun;
    try {
      for await (const page of this.#pages('updates?ignored=true')) {
        // A later question has the newer answer.
        if (run !== this.updateRun) return;
        const offers = /** @type {Newer[]} */ (page.items ?? []).flatMap((item) => offersOf(item, Date.now()));
        for (const offer of offers) found.set(offer.path, [...(found.get(offer.path) ?? []), offer]);
      }
      if (run === this.updateRun) this.#takeOffers(found);
    } catch {
      // The rows still say what the last sync found.
    }
    this.bus.emit('library');
  }

  /** @param {Map<string, Offer[]>} found by the path of the file */
  #takeOffers(found) {
    const all = [...found.values()].flat();
    const news = all.filter(isNews);
    this.offers = found;
    this.byModel = new Map(news.map((offer) => [offer.model_id, offer]));
    this.newVersions = new Set(news.map(({ version }) => version.version_id)).size;
    const ignored = all.filter(({ ignored, model_id: id }) => ignored !== 'none' && !this.byModel.has(id));
    this.quiet = new Set(ignored.map((offer) => offer.model_id));
    this.offersKnown = true;
  }

  /**
   * The newer version that can replace a file now; null when there is none, or when it is ignored.
   * @param {Row} row
   * @returns {LocalUpdate|null}
   */
  updateOf(row) {
    const known = this.offers.get(row.id)?.find(isNews)?.version ?? null;
    const update = this.offersKnown ? known : row.update;
    return update && !this.versionsHere.has(update.version_id) ? update : null;
  }

  /**
   * The states under which a file is found beside its own.
   * @param {Row} row
   */
  marksOf(row) {
    return [...(this.updateOf(row) ? ['update'] : []), ...(this.copies.has(row.id) ? ['duplicate'] : [])];
  }

  /** How many newer versions wait. */
  get updateCount() {
    if (this.offersKnown) return this.newVersions;
    return new Set(this.rows.flatMap((row) => this.updateOf(row)?.version_id ?? [])).size;
  }

  /**
   * @param {Offer} offer
   * @param {'version'|'model'} what
   * @param {boolean} ignore
   * @returns {Promise<void>} throws an ApiError
   */
  async ignore(offer, what, ignore) {
    const version = what === 'version' ? offer.version.version_id : null;
    await this.api.post(ignore ? 'updates/ignore' : 'updates/unignore', {
      model_id: offer.model_id,
      version_id: version,
    });
    this.#takeOffers(withIgnored(this.offers, offer, what, ignore));
    this.bus.emit('library');
    this.bus.emit('updates-changed');
    // Behind an ignored version the one before may show up.
    void this.loadUpdates();
  }

  /**
   * The update of a model that is here, for its card.
   * @param {number} modelId
   * @returns {Offer|null}
   */
  offerForModel(modelId) {
    return this.byModel.get(modelId) ?? null;
  }
}

/**
 * Can it be had now, and does the user want to hear of it?
 * @param {Offer} offer
 */
function isNews(offer) {
  return offer.kind === 'update' && offer.ignored === 'none';
}
