/** Looking into one picture or text: what was given, what came of it, what was chosen. Lives as long as the page. */

import { ApiError, asApiError, isAbort } from './api.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./store.mjs').Bus} Bus */
/** @typedef {import('./typesmissing.mjs').Missing} Missing */
/** `name` of a file, '' of what was pasted. @typedef {{text: string, image: string, name: string, url: string}} Given */
/** @typedef {'idle'|'looking'|'ready'|'failed'} Phase */

export class Look {
  /**
   * @param {Api} api
   * @param {Bus} bus
   */
  constructor(api, bus) {
    this.api = api;
    this.bus = bus;
    /** @type {Phase} */
    this.phase = 'idle';
    /** @type {Given|null} */
    this.given = null;
    /** @type {Missing|null} */
    this.answer = null;
    /** @type {ApiError|null} */
    this.error = null;
    /** Of what is ambiguous, the place of the candidate that was chosen. @type {Map<number, number>} */
    this.chosen = new Map();
    /** What stands in the text box. */
    this.typed = '';
    /** @type {AbortController|null} */
    this.running = null;
  }

  /** @param {Given} given one of its text and its image is not empty */
  async look(given) {
    this.#begin(given);
    const controller = new AbortController();
    this.running = controller;
    try {
      const body = given.image ? { image: given.image } : { text: given.text };
      const answer = await this.api.post('missing', body, { signal: controller.signal });
      // A picture may be large, and is only needed to ask again.
      if (!answer.failure) this.given = { ...given, image: '' };
      Object.assign(this, { answer, phase: 'ready' });
    } catch (error) {
      if (isAbort(error) || this.running !== controller) return;
      this.error = asApiError(error);
      this.phase = 'failed';
    }
    this.#changed();
  }

  /** @param {Given} given */
  #begin(given) {
    this.running?.abort();
    if (this.given && this.given.url !== given.url && this.given.url) URL.revokeObjectURL(this.given.url);
    Object.assign(this, { given, answer: null, error: null, phase: 'looking' });
    this.chosen.clear();
    this.#changed();
  }

  /**
   * What was given cannot be looked into.
   * @param {string} code of the server's errors
   * @param {string} message
   * @param {string} hint
   */
  refuse(code, message, hint) {
    this.running?.abort();
    Object.assign(this, { answer: null, phase: 'failed', error: new ApiError(code, message, { hint, status: 422 }) });
    this.given = null;
    this.#changed();
  }

  again() {
    if (this.given) void this.look(this.given);
  }

  /** Back to the beginning. */
  forget() {
    this.running?.abort();
    if (this.given?.url) URL.revokeObjectURL(this.given.url);
    Object.assign(this, { given: null, answer: null, error: null, phase: 'idle', typed: '' });
    this.chosen.clear();
    this.#changed();
  }

  /**
   * @param {number} index of a resource
   * @param {number} at the place of a candidate
   */
  choose(index, at) {
    this.chosen.set(index, at);
    this.#changed();
  }

  #changed() {
    this.bus.emit('missing');
  }
}
