/** Which filter empties a page: each is left out once, and what is found then is counted. Knows no DOM. */

import { isAbort } from './api.mjs';
import { requestBody, suspects, without } from './filters.mjs';

/** @typedef {import('./filters.mjs').Chip} Chip */
/** @typedef {import('./filters.mjs').Filters} Filters */
/** @typedef {import('./session.mjs').Session} Session */
/** What is found without a filter; `more` where that is not all. @typedef {{chip: Chip, n: number, more: boolean}} Culprit */

/** So many are counted; who looks for a way out wants to know whether there are any, and which way has more. */
const COUNTED = 20;

export class Culprits {
  /**
   * @param {Session} session
   * @param {() => void} changed called once all is known
   */
  constructor(session, changed) {
    this.session = session;
    this.changed = changed;
    this.key = '';
    /** @type {Culprit[]|null} */
    this.found = null;
    /** @type {AbortController|null} */
    this.running = null;
  }

  /**
   * @param {Filters} filters that find nothing
   * @returns {Culprit[]|null} what helps, the most first; null until it is known, and where it cannot be
   */
  of(filters) {
    const key = JSON.stringify(filters);
    if (key !== this.key) {
      this.stop();
      this.key = key;
      void this.#look(filters);
    }
    return this.found;
  }

  stop() {
    this.running?.abort();
    this.running = null;
    this.key = '';
    this.found = null;
  }

  /** @param {Filters} filters */
  async #look(filters) {
    const all = suspects(filters);
    if (all.length < 2) return; // the only one needs no comparison
    this.running = new AbortController();
    const { signal } = this.running;
    /** @type {Culprit[]} */
    const found = [];
    try {
      for (const chip of all) {
        const body = requestBody(without(filters, chip), { limit: COUNTED });
        const page = await this.session.api.post('search', body, { signal });
        found.push({ chip, n: page.items.length, more: page.next_cursor !== null });
      }
    } catch (error) {
      if (!isAbort(error)) this.running = null; // all ways stay offered, uncounted
      return;
    }
    this.found = ranked(found);
    this.changed();
  }
}

/**
 * @param {Culprit[]} found
 * @returns {Culprit[]} those that help, the most first
 */
export function ranked(found) {
  const worth = (/** @type {Culprit} */ { n, more }) => n + (more ? 0.5 : 0);
  return found.filter((one) => one.n > 0).sort((one, other) => worth(other) - worth(one));
}
