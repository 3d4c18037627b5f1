/**
 * Keeps the view in the address while the tab is seen, and for this browser tab when it is not. What Back takes back
 * has an entry of its own in the browser's history (`viewsteps.mjs`); while another tab of the host is seen there are
 * no new entries, and those that are reached say nothing of us.
 */

import { readHash, startState, writeHash } from './hash.mjs';
import { recall, remember } from './memory.mjs';
import { moveFor } from './viewsteps.mjs';

/** @typedef {import('./hash.mjs').ViewState} ViewState */
/** @typedef {import('./viewsteps.mjs').Move} Move */
/** A search is being typed; something was done; it belongs to what was done before. @typedef {'typing'|'done'|'same'} Moment */

/** A way back that did not lead to another address by then leads nowhere: somebody else has entries there. */
const TURN_MS = 1000;

export class ViewMemory {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.visible = element.clientWidth > 0;
    /** What is shown. */
    this.state = this.read();
    /** What the entry of the browser's history says, or said last. */
    this.entry = this.state;
    /** Is its search still being typed? */
    this.typed = false;
    /** Runs while the browser goes back because of us. */
    this.turning = 0;
  }

  /** @returns {ViewState} from the address, else from this browser tab, else the start */
  read() {
    return readHash(window.location.hash) ?? readHash(recall('session', 'view') ?? '') ?? startState();
  }

  /**
   * @param {ViewState} state
   * @param {Moment} [moment]
   */
  write(state, moment = 'done') {
    remember('session', 'view', writeHash('', state));
    this.state = state;
    if (this.turning) return;
    if (!this.visible) {
      this.#put(null);
      return;
    }
    const { typed } = this;
    const before = window.history.state?.civitdock ?? null;
    const move = moment === 'same' ? 'replace' : moveFor(this.entry, state, { typed, before });
    if (moment !== 'same') this.typed = moment === 'typing' && (typed || move === 'push');
    if (move === 'back') this.#turn();
    else this.#put(state, move);
  }

  /** What is shown is what the entry before says: the browser goes there, and nothing is drawn anew. */
  #turn() {
    this.turning = window.setTimeout(() => this.#stay(), TURN_MS);
    window.history.back();
  }

  #stay() {
    this.turning = 0;
    this.#put(this.visible ? this.state : null);
  }

  #turned() {
    window.clearTimeout(this.turning);
    this.turning = 0;
    this.entry = readHash(window.location.hash) ?? this.entry;
    this.write(this.state); // meanwhile more may have happened
  }

  /**
   * While another tab of the host is seen, the address must not lead back here after a reload.
   * @param {boolean} visible
   */
  setVisible(visible) {
    if (visible === this.visible) return;
    this.visible = visible;
    if (!this.turning) this.#put(visible ? this.state : null);
  }

  /**
   * @param {ViewState|null} state
   * @param {Move} [move]
   */
  #put(state, move = 'replace') {
    const before = writeHash('', this.entry);
    this.entry = state ?? this.entry;
    const { hash, pathname, search } = window.location;
    const next = writeHash(hash, state);
    if (next === hash) return;
    const address = `${pathname}${search}${next}`;
    if (move === 'push') window.history.pushState({ civitdock: before }, '', address);
    else window.history.replaceState(window.history.state, '', address);
  }

  /**
   * @param {(state: ViewState) => void} changed called when a person changed the address, or went back or forward
   * @returns {() => void} ends it
   */
  onHash(changed) {
    const onChange = () => {
      if (this.turning) {
        this.#turned();
        return;
      }
      this.typed = false;
      const state = this.visible ? readHash(window.location.hash) : null;
      if (!state) {
        this.#put(this.visible ? this.state : null);
        return;
      }
      this.entry = state;
      changed(state);
    };
    window.addEventListener('hashchange', onChange);
    return () => {
      window.removeEventListener('hashchange', onChange);
      window.clearTimeout(this.turning);
    };
  }
}
