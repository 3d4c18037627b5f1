/** What the host's own cards ask our tab for; it is done once the tab is seen. */

import { rowOf } from './local.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Local} Local */

export class HostWishes {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {(() => void)|null} */
    this.waiting = null;
  }

  /** @returns {() => void} ends it */
  listen() {
    const { bus } = this.app.session;
    const stops = [
      bus.on('show-file', (/** @type {Local} */ local) => this.#take(() => this.#showFile(local))),
      bus.on('show-model', (/** @type {{model: number, version: number|null}} */ { model, version }) =>
        this.#take(() => this.app.openModel(model, version)),
      ),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** @param {() => void} act */
  #take(act) {
    if (this.app.begun && this.app.visible) act();
    else this.waiting = act;
  }

  /** The tab is on the screen and drawn. */
  onShown() {
    const act = this.waiting;
    this.waiting = null;
    act?.();
  }

  /** @param {Local} local */
  #showFile(local) {
    this.app.enter('library'); // one step together with its details
    this.app.localDrawer.open(rowOf(local));
  }
}
