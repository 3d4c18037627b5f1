/** A list of pictures that grows page by page: none twice, none lost, one question at a time. Knows no DOM. */

import { asApiError, isAbort } from './api.mjs';

/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {import('./types.mjs').PicturePage} PicturePage */
/** @typedef {import('./api.mjs').ApiError} ApiError */

export class PicturePages {
  /** @param {(cursor: string|null, signal: AbortSignal) => Promise<PicturePage>} ask */
  constructor(ask) {
    this.ask = ask;
    /** @type {Picture[]} grows in place, so that who shows it sees later pages too */
    this.pictures = [];
    this.hidden = 0;
    /** @type {string|null} */
    this.cursor = null;
    this.asked = false;
    /** @type {ApiError|null} */
    this.error = null;
    /** @type {AbortController|null} */
    this.running = null;
    /** @type {Set<number|string>} */
    this.known = new Set();
    /** @type {Set<string>} */
    this.cursors = new Set();
    /** @type {() => void} called after every change */
    this.changed = () => {};
  }

  /** Is there, or may there be, a page that was not asked for? */
  get goesOn() {
    return !this.asked || this.cursor !== null;
  }

  /** The next page, unless one is under way or the end is reached. */
  async more() {
    if (this.running || !this.goesOn) return;
    const controller = new AbortController();
    this.running = controller;
    this.error = null;
    this.changed();
    try {
      const page = await this.ask(this.cursor, controller.signal);
      if (this.running === controller) this.#add(page);
    } catch (error) {
      if (isAbort(error)) return;
      this.error = asApiError(error);
    } finally {
      if (this.running === controller) {
        this.running = null;
        this.changed();
      }
    }
  }

  stop() {
    this.running?.abort();
    this.running = null;
    this.changed = () => {};
  }

  /** @param {PicturePage} page */
  #add(page) {
    this.asked = true;
    this.hidden += page.hidden_images ?? 0;
    for (const picture of page.items ?? []) {
      const key = picture.id ?? picture.url;
      if (this.known.has(key)) continue;
      this.known.add(key);
      this.pictures.push(picture);
    }
    const next = page.next_cursor ?? null;
    // A cursor that was given before would turn in a circle, so it ends the list.
    this.cursor = next !== null && this.cursors.has(next) ? null : next;
    if (next !== null) this.cursors.add(next);
  }
}
