/** Keeps the view in the address while the tab is seen, and for this browser tab when it is not. */

import { readHash, startState, writeHash } from './hash.mjs';
import { recall, remember } from './memory.mjs';

/** @typedef {import('./hash.mjs').ViewState} ViewState */

export class ViewMemory {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.visible = element.clientWidth > 0;
  }

  /** @returns {ViewState} from the address, else from this browser tab, else the start */
  read() {
    return readHash(window.location.hash) ?? readHash(recall('session', 'view') ?? '') ?? startState();
  }

  /** @param {ViewState} state */
  write(state) {
    remember('session', 'view', writeHash('', state));
    this.#put(this.visible ? state : null);
  }

  /**
   * While another tab of the host is seen, the address must not lead back here after a reload.
   * @param {boolean} visible
   * @param {ViewState} state
   */
  setVisible(visible, state) {
    if (visible === this.visible) return;
    this.visible = visible;
    this.#put(visible ? state : null);
  }

  /** @param {ViewState|null} state */
  #put(state) {
    const { hash, pathname, search } = window.location;
    const next = writeHash(hash, state);
    if (next === hash) return;
    window.history.replaceState(window.history.state, '', `${pathname}${search}${next}`);
  }

  /**
   * @param {(state: ViewState) => void} changed called when a person changed the address
   * @returns {() => void} ends it
   */
  onHash(changed) {
    const onChange = () => {
      const state = this.visible ? readHash(window.location.hash) : null;
      if (state) changed(state);
    };
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }
}
