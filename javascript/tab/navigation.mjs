/** What is shown goes into the address, and what the address says, now or after Back, is shown. */

import { closeModals } from './dialogs.mjs';
import { focused } from './dom.mjs';
import { ViewMemory } from './viewmemory.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./hash.mjs').ViewState} ViewState */
/** @typedef {import('./viewmemory.mjs').Moment} Moment */

export class Navigation {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.memory = new ViewMemory(app.element);
    /** A file whose details the address asks for, before the list of the files here has come; its path. */
    this.wantedFile = '';
  }

  /** @returns {() => void} ends it */
  listen() {
    const stops = [
      this.memory.onHash((state) => this.#restore(state)),
      this.app.session.bus.on('library', () => this.#onLibrary()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** @param {Moment} moment */
  save(moment) {
    const { state, searcher, drawer, localDrawer } = this.app;
    if (localDrawer.isOpen || drawer.isOpen || state.view !== 'library') this.wantedFile = '';
    this.app.state = {
      ...state,
      filters: searcher.filters,
      model: drawer.id,
      version: drawer.id === null ? null : drawer.versionId,
      file: localDrawer.id ?? this.wantedFile,
    };
    this.memory.write(this.app.state, moment);
  }

  /** The tab is drawn for the first time. */
  begin() {
    const { app } = this;
    app.searcher.show(app.state.filters);
    this.#draw(app.state);
  }

  /** @param {ViewState} state as the address says now */
  #restore(state) {
    const { app } = this;
    app.searching.reference = '';
    if (!app.begun) {
      app.state = state;
      return;
    }
    const hadFocus = focused(app.root) !== null;
    closeModals(app.root); // what stood over the page belongs to the step that is left
    app.searcher.bringBack(state.filters);
    app.header.fillBox();
    this.#draw(state);
    if (hadFocus && !focused(app.root)) app.focusView();
  }

  /** @param {ViewState} state */
  #draw({ view, model, version, file }) {
    const { app } = this;
    app.enter(view);
    app.header.update();
    if (model === null) app.hideModel();
    else app.putModel(model, version);
    if (!file || app.localDrawer.id !== file) app.localDrawer.hide();
    this.wantedFile = model === null && app.localDrawer.id !== file ? file : '';
    this.#putFile();
    this.save('same');
  }

  #onLibrary() {
    if (!this.wantedFile) return;
    this.#putFile();
    const { loaded, loading } = this.app.session.library;
    if (loaded && !loading) this.wantedFile = ''; // it is here no more
    this.save('same');
  }

  #putFile() {
    const { app } = this;
    const row = app.session.library.rows.find(({ id }) => id === this.wantedFile);
    if (row && app.state.view === 'library' && !app.drawer.isOpen) app.localDrawer.put(row);
  }
}
