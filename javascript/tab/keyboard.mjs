/** Key presses inside the tab: what they do here, and that the host never sees them (ui.md rule 15). */

import { isTyping } from './dom.mjs';
import { actionFor } from './keys.mjs';
import { LibraryView } from './libraryview.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./keys.mjs').KeyAction} KeyAction */

/** After `G`, a second letter is waited for so long. */
const PREFIX_MS = 1500;

/** What belongs to a button of the host's tab strip while that has the focus. */
const STRIP_KEYS = new Set(['ArrowLeft', 'ArrowRight']);

/**
 * Has nothing in particular the focus: the page itself, or the button of the host's tab that is open? While our
 * element is seen, that tab is ours.
 * @param {Element|null} active the page's element with focus
 * @param {string} key
 * @returns {boolean}
 */
export function isNowhere(active, key) {
  if (!active || active === document.body || active === document.documentElement) return true;
  const strip = active.matches('[role=tab][aria-selected=true], .tab-nav > button.selected');
  return strip && !STRIP_KEYS.has(key);
}

export class Keyboard {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.prefixUntil = 0;
    /** @type {Set<string>} keys that are down and were ours, by their place on the keyboard */
    this.held = new Set();
  }

  /**
   * Inside the element every key is kept from the host. With the focus nowhere only those that did something here
   * are, before any handler of the host sees them.
   * @param {HTMLElement} element
   * @returns {() => void} ends it
   */
  listen(element) {
    const down = (/** @type {KeyboardEvent} */ event) => {
      this.#onKey(event);
      event.stopPropagation();
    };
    const stop = (/** @type {Event} */ event) => event.stopPropagation();
    element.addEventListener('keydown', down);
    element.addEventListener('keyup', stop);
    element.addEventListener('keypress', stop);
    const onPage = (/** @type {KeyboardEvent} */ event) => this.#onPageKey(event);
    document.addEventListener('keydown', onPage, true);
    document.addEventListener('keyup', onPage, true);
    return () => {
      document.removeEventListener('keydown', onPage, true);
      document.removeEventListener('keyup', onPage, true);
      element.removeEventListener('keydown', down);
      element.removeEventListener('keyup', stop);
      element.removeEventListener('keypress', stop);
    };
  }

  /** @param {KeyboardEvent} event anywhere in the page */
  #onPageKey(event) {
    const { element, visible } = this.app;
    const inside = event.composedPath().includes(element);
    if (event.type === 'keyup') {
      if (this.held.delete(event.code) && !inside) event.stopPropagation();
      return;
    }
    this.held.delete(event.code);
    if (inside) this.held.add(event.code); // what it closes may have the focus: its release would be the host's
    if (inside || !visible || !isNowhere(document.activeElement, event.key)) return;
    if (!this.#onKey(event)) return;
    this.held.add(event.code);
    event.stopPropagation();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} true when it did something
   */
  #onKey(event) {
    if (event.defaultPrevented) return false;
    const afterG = Date.now() < this.prefixUntil;
    const action = actionFor(event, { typing: isTyping(event.composedPath()[0]), afterG });
    if (action !== 'prefix') this.prefixUntil = 0;
    const done = action !== null && this.#run(action);
    if (done) event.preventDefault();
    return done;
  }

  /**
   * @param {KeyAction} action
   * @returns {boolean} true when it did something
   */
  #run(action) {
    const { app } = this;
    const dialog = app.root.querySelector('dialog.dialog[open]');
    if (dialog) return false;
    switch (action) {
      case 'prefix':
        this.prefixUntil = Date.now() + PREFIX_MS;
        return true;
      case 'search':
        if (app.view instanceof LibraryView) app.view.focusFind();
        else app.header.focusSearch();
        return true;
      case 'runSearch':
        app.header.run();
        return true;
      case 'help':
        app.help();
        return true;
      case 'escape':
        return this.#escape();
      case 'undo':
        return app.notices.undo();
      case 'goBrowse':
        app.show('browse');
        return true;
      case 'goLibrary':
        app.show('library');
        return true;
      case 'goMissing':
        app.show('missing');
        return true;
      case 'goDownloads':
        app.show('downloads');
        return true;
      case 'goSettings':
        app.show('settings');
        return true;
      case 'larger':
      case 'denser':
        (app.view instanceof LibraryView ? app.view : app.browse).changeDensity(action === 'larger' ? 1 : -1);
        return true;
      default:
        return this.#runOnModel(action);
    }
  }

  /** Closes one layer: the lightbox, else the drawer, else the dock, else what was chosen. */
  #escape() {
    const { app } = this;
    const { lightbox } = app.drawer;
    if (lightbox) lightbox.close();
    else if (app.drawer.isOpen) app.closeModel();
    else if (app.localDrawer.isOpen) app.localDrawer.leave();
    else if (app.dock.isOpen) app.dock.toggle();
    else if (app.view === app.browse) return app.browse.choice.clear();
    else return app.view instanceof LibraryView && app.view.escape();
    return true;
  }

  /**
   * What concerns the picture on top, the model in the drawer, or the card with focus.
   * @param {KeyAction} action
   */
  #runOnModel(action) {
    const { app } = this;
    const { drawer } = app;
    if (drawer.lightbox) return this.#runOnLightbox(action, drawer.lightbox);
    const card = app.view === app.browse ? app.browse.grid.focusedView : null;
    if (card) return this.#runOnCard(action, card);
    const local = app.view instanceof LibraryView ? app.view.grid.focusedView : null;
    if (local && action === 'download') app.library.update(local.card);
    else if (local && action === 'reveal') local.toggleBlur();
    else if (local && action === 'remove') void app.library.filing.remove(app.library.filing.meant(local.card));
    else if (app.localDrawer.isOpen) return this.#runOnLocal(action);
    else return this.#runOnDrawer(action);
    return true;
  }

  /** @param {KeyAction} action */
  #runOnDrawer(action) {
    const { app } = this;
    const { drawer } = app;
    if (!drawer.isOpen) return false;
    if (action === 'download') drawer.downloadDefault();
    else if (action === 'options') drawer.downloadOptions();
    else if (action === 'copyLink') void drawer.copyLink();
    else if (action === 'previous') void app.stepModel(-1);
    else if (action === 'next') void app.stepModel(1);
    else if (action === 'versionPrevious') drawer.stepVersion(-1);
    else if (action === 'versionNext') drawer.stepVersion(1);
    else return false;
    return true;
  }

  /** @param {KeyAction} action */
  #runOnLocal(action) {
    const { app } = this;
    if (action === 'download') app.localDrawer.download();
    else if (action === 'remove' && app.localDrawer.row) void app.library.filing.remove([app.localDrawer.row]);
    else if (action === 'copyLink') void app.localDrawer.copyLink();
    else if (action === 'previous') app.localDrawer.step(-1);
    else if (action === 'next') app.localDrawer.step(1);
    else return false;
    return true;
  }

  /**
   * @param {KeyAction} action
   * @param {import('./lightbox.mjs').Lightbox} lightbox
   */
  #runOnLightbox(action, lightbox) {
    if (action === 'previous') lightbox.step(-1);
    else if (action === 'next') lightbox.step(1);
    else if (action === 'reveal') lightbox.toggleBlur();
    else return false;
    return true;
  }

  /**
   * @param {KeyAction} action
   * @param {import('./card.mjs').CardView} view
   */
  #runOnCard(action, view) {
    const { app } = this;
    if (action === 'download') app.downloads.quick(view.card);
    else if (action === 'options') void app.downloads.cardOptions(view.card);
    else if (action === 'reveal') view.toggleBlur();
    else if (action === 'copyLink' && view.card.page_url) void app.copy(view.card.page_url);
    else return false;
    return true;
  }
}
