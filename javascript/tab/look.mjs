/** Looking into one picture or text: what was given, what came of it, what was chosen. Lives as long as the page. */

import { ApiError, asApiError, isAbort } from './api.mjs';
import { bodyOf } from './dropped.mjs';
import { carriedOver, choicesIn } from './wanted.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./store.mjs').Bus} Bus */
/** @typedef {import('./typesmissing.mjs').Missing} Missing */
/**
 * A text, or else the picture as the browser keeps it. `name` of a file, '' of what was pasted.
 * @typedef {{text: string, file: File|null, name: string, url: string}} Given
 */
/** @typedef {'idle'|'looking'|'ready'|'failed'} Phase */

export class Look {
  /**
   * @param {Api} api
   * @param {Bus} bus
   * @param {() => Iterable<string|number>} [finished] the downloads that are done
   */
  constructor(api, bus, finished = () => []) {
    this.api = api;
    this.bus = bus;
    this.finished = finished;
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
    /** The downloads that were done before it was asked: of these the answer knows more. @type {Set<string|number>} */
    this.settled = new Set();
    /** What stands in the text box. */
    this.typed = '';
    /** @type {AbortController|null} */
    this.running = null;
  }

  /** @param {Given} given */
  async look(given) {
    this.#begin(given);
    try {
      const { answer, settled } = await this.#ask(given);
      Object.assign(this, { answer, settled, phase: 'ready' });
    } catch (error) {
      if (isAbort(error)) return;
      this.error = asApiError(error);
      this.phase = 'failed';
    }
    this.#changed();
  }

  /** Files came, went or moved: what is shown is asked for again, and stays as it is until the answer is there. */
  async refresh() {
    const { given, answer: before } = this;
    if (this.phase !== 'ready' || !given || !before) return;
    try {
      const { answer, settled } = await this.#ask(given);
      const resources = carriedOver(before, answer);
      const chosen = choicesIn(resources, before.resources, this.chosen);
      Object.assign(this, { answer: { ...answer, resources }, settled, chosen });
    } catch {
      return; // superseded, or there is no answer now: what is shown is what is known
    }
    this.#changed();
  }

  /**
   * Ends what was asked before.
   * @param {Given} given
   * @returns {Promise<{answer: Missing, settled: Set<string|number>}>}
   */
  async #ask(given) {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    const body = await bodyOf(given);
    controller.signal.throwIfAborted();
    const settled = new Set(this.finished());
    const answer = await this.api.post('missing', body, { signal: controller.signal });
    controller.signal.throwIfAborted();
    return { answer, settled };
  }

  /** @param {Given} given */
  #begin(given) {
    this.#release(given.url);
    Object.assign(this, { given, answer: null, error: null, phase: 'looking' });
    this.chosen.clear();
    this.#changed();
  }

  /** @param {string} [kept] */
  #release(kept = '') {
    if (this.given?.url && this.given.url !== kept) URL.revokeObjectURL(this.given.url);
  }

  /**
   * What was given cannot be looked into.
   * @param {string} code of the server's errors
   * @param {string} message
   * @param {string} hint
   */
  refuse(code, message, hint) {
    this.running?.abort();
    this.#release();
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
    this.#release();
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
