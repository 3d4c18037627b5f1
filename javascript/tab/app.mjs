/** The tab itself: puts the parts together inside the element's shadow root and passes messages between them. */

import { Browse } from './browse.mjs';
import { copyText } from './clipboard.mjs';
import { closeModals, helpDialog } from './dialogs.mjs';
import { Dock } from './dock.mjs';
import { fill, focused, h } from './dom.mjs';
import { DownloadActions } from './downloadactions.mjs';
import { Downloads } from './downloads.mjs';
import { Drawer } from './drawer.mjs';
import { Header } from './header.mjs';
import { HostWishes } from './hostwishes.mjs';
import { Keyboard } from './keyboard.mjs';
import { LibraryActions } from './libraryactions.mjs';
import { LibraryView } from './libraryview.mjs';
import { LocalDrawer } from './localdrawer.mjs';
import { MissingView } from './missing.mjs';
import { Navigation } from './navigation.mjs';
import { Notices } from './notices.mjs';
import { fitHeight } from './place.mjs';
import { QueueActions } from './queueactions.mjs';
import { Searching } from './searching.mjs';
import { SettingsView } from './settings.mjs';
import { t } from './strings.mjs';
import { isLost, Strips, tellLink, tellStatus } from './strips.mjs';
import { followTheme } from './theme.mjs';

/** @typedef {import('./hash.mjs').ViewName} ViewName */
/** @typedef {import('./searcher.mjs').Searcher} Searcher */
/** @typedef {import('./session.mjs').Session} Session */
/** @typedef {Browse|Downloads|LibraryView|MissingView|SettingsView} View */

/** Below this width the drawer is a sheet over the page. CSS pixels. */
const NARROW = 1100;

export class App {
  /**
   * @param {HTMLElement} element
   * @param {ShadowRoot} root
   * @param {{session: Session, searcher: Searcher}} parts
   */
  constructor(element, root, parts) {
    this.element = element;
    this.root = root;
    this.session = parts.session;
    this.searcher = parts.searcher;
    this.narrow = (element.clientWidth || window.innerWidth) < NARROW;
    this.begun = false;
    this.notices = new Notices(() => [...root.querySelectorAll('dialog:modal')].at(-1) ?? this.middle);
    this.strips = new Strips();
    this.downloads = new DownloadActions(this);
    this.queue = new QueueActions(this);
    this.library = new LibraryActions(this);
    this.navigation = new Navigation(this);
    /** What is shown. */
    this.state = this.navigation.memory.state;
    this.header = new Header(this);
    this.drawer = new Drawer(this);
    this.localDrawer = new LocalDrawer(this);
    this.dock = new Dock(this);
    this.place = h('div', { class: 'place' });
    /** @type {View|null} */
    this.view = null;
    this.searching = new Searching(this);
    this.browse = new Browse(this);
    this.keyboard = new Keyboard(this);
    this.middle = h('div', { class: 'middle' }, this.place, this.drawer.el, this.notices.el);
    this.shell = h(
      'section',
      { class: 'app', 'aria-label': t('app.name') },
      h('h1', { class: 'sr-only' }, t('app.title')),
      this.header.el,
      this.strips.el,
      this.middle,
      this.dock.el,
    );
    this.wishes = new HostWishes(this);
    this.stops = this.#listen();
  }

  start() {
    this.root.replaceChildren(this.shell);
    fitHeight(this.element);
    if (this.visible) this.#begin();
  }

  /** Is the element laid out? The host hides the tabs that are not selected. */
  get visible() {
    return this.element.clientWidth > 0;
  }

  /** Are the rows of the downloads on screen? */
  get rowsShown() {
    return this.visible && (this.state.view === 'downloads' || this.dock.isOpen);
  }

  /** The tab is seen for the first time: now the view is drawn and CivitAI asked. */
  #begin() {
    this.begun = true;
    this.session.open();
    this.navigation.begin();
  }

  #listen() {
    const resize = new ResizeObserver(() => this.#onResize());
    resize.observe(this.element);
    const onWindow = () => fitHeight(this.element);
    window.addEventListener('resize', onWindow);
    const shown = new IntersectionObserver((entries) => this.#onShown(entries.at(-1)?.isIntersecting ?? false));
    shown.observe(this.element);
    const timer = window.setInterval(() => this.#tick(), 500);
    const { session } = this;
    return [
      () => resize.disconnect(),
      () => shown.disconnect(),
      () => window.removeEventListener('resize', onWindow),
      () => window.clearInterval(timer),
      followTheme(this.element, () => this.drawer.draw()),
      this.keyboard.listen(this.element),
      this.navigation.listen(),
      session.bus.on('jobs', (changes) => {
        this.downloads.tell(changes);
        this.header.update();
      }),
      session.bus.on('library', () => this.#onLibrary()),
      this.library.listen(),
      session.bus.on('missing', () => this.header.update()),
      this.wishes.listen(),
      session.bus.on('reconnected', () => this.notices.toast(t('strip.back'), { tone: 'good', key: 'link' })),
      session.link.on(() => this.#tick()),
      session.status.on((status) => tellStatus(this.strips, status, this.element.dataset.version)),
    ];
  }

  dispose() {
    for (const stop of this.stops) stop();
    const parts = [this.header, this.browse, this.drawer, this.localDrawer, this.dock, this.notices];
    for (const part of parts) part.dispose();
    if (this.view !== this.browse) this.view?.dispose();
  }

  // --- frame ---------------------------------------------------------------------------------------------------

  #onResize() {
    fitHeight(this.element);
    const narrow = this.element.clientWidth > 0 && this.element.clientWidth < NARROW;
    if (narrow === this.narrow) return;
    this.narrow = narrow;
    this.drawer.refit();
    this.localDrawer.refit();
  }

  /** Updates became known: the count in the header, the marks on the cards. */
  #onLibrary() {
    this.header.update();
    this.browse.grid.refreshCards();
  }

  /** @param {boolean} visible */
  #onShown(visible) {
    this.navigation.memory.setVisible(visible);
    if (!visible) {
      if (!this.visible) closeModals(this.root);
      return;
    }
    fitHeight(this.element);
    if (this.begun) {
      this.drawer.refit();
      this.localDrawer.refit();
    } else this.#begin();
    this.session.poller.kick();
    this.wishes.onShown();
  }

  #tick() {
    const link = this.session.link.value;
    tellLink(this.strips, link, () => this.session.poller.kick());
    this.shell.toggleAttribute('data-offline', isLost(link));
  }

  // --- views ---------------------------------------------------------------------------------------------------

  /** @param {ViewName} name */
  show(name) {
    this.enter(name);
    this.saveView();
  }

  /** @param {ViewName} name */
  enter(name) {
    if (this.view && this.state.view === name) return;
    if (this.view && this.view !== this.browse) this.view.dispose();
    this.state = { ...this.state, view: name };
    this.view = this.#viewOf(name);
    this.localDrawer.hide();
    const hadFocus = this.place.contains(focused(this.root));
    fill(this.place, this.view.el);
    this.view.mounted();
    if (hadFocus) this.focusView();
    this.shell.dataset.view = name;
    this.header.update();
    if (name !== 'browse' && this.narrow) this.hideModel();
    if (name === 'downloads' && this.dock.isOpen) this.dock.toggle();
  }

  /** @param {string|null} key of the setting that is meant, null for the API key */
  showSetting(key) {
    if (this.narrow) this.hideModel();
    this.show('settings');
    if (this.view instanceof SettingsView) this.view.focusSetting(key);
  }

  /** @param {ViewName} name */
  #viewOf(name) {
    if (name === 'library') return new LibraryView(this);
    if (name === 'missing') return new MissingView(this);
    if (name === 'downloads') return new Downloads(this);
    return name === 'settings' ? new SettingsView(this) : this.browse;
  }

  /** The view that had focus is gone: keys shall go on working, so focus goes into the new one. */
  focusView() {
    const list = this.view instanceof Browse || this.view instanceof LibraryView ? this.view : null;
    if (list?.grid.cards.length) {
      list.grid.focusNear(list.grid.active);
      return;
    }
    const scroller = this.place.querySelector('.scroller');
    if (scroller instanceof HTMLElement) scroller.focus({ preventScroll: true });
  }

  showDock() {
    if (this.narrow) {
      this.closeModel();
      this.localDrawer.leave();
    }
    if (!this.dock.isOpen) this.dock.toggle();
    this.dock.button.focus({ preventScroll: true });
  }

  /** @param {import('./viewmemory.mjs').Moment} [moment] */
  saveView(moment = 'done') {
    this.navigation.save(moment);
  }

  // --- details -------------------------------------------------------------------------------------------------

  /**
   * @param {number} id
   * @param {number|null} [versionId]
   * @param {import('./types.mjs').Card|null} [card] what is known of it
   */
  openModel(id, versionId = null, card = this.searcher.results.byId(id)) {
    this.searching.found = null;
    this.putModel(id, versionId, card);
    this.saveView();
  }

  /**
   * @param {number} id
   * @param {number|null} versionId
   * @param {import('./types.mjs').Card|null} [card]
   */
  putModel(id, versionId, card = this.searcher.results.byId(id)) {
    this.localDrawer.hide();
    this.drawer.open(id, { card, versionId });
    this.shell.toggleAttribute('data-drawer', true);
    this.browse.grid.setCurrent(id);
  }

  closeModel() {
    this.hideModel();
    this.saveView();
  }

  hideModel() {
    const { id } = this.drawer;
    if (id === null) return;
    const inside = this.drawer.el.contains(focused(this.root)) || this.narrow;
    this.drawer.close();
    this.notices.settle();
    this.shell.removeAttribute('data-drawer');
    this.browse.grid.setCurrent(null);
    const index = this.searcher.results.indexOf(id);
    if (inside && this.view instanceof LibraryView) this.view.grid.focusActive();
    else if (inside && index >= 0 && this.view === this.browse) this.browse.grid.focusIndex(index);
  }

  /** @param {number} id */
  placeOfModel(id) {
    const index = this.searcher.results.indexOf(id);
    const { items, complete } = this.searcher.results;
    return { hasPrevious: index > 0, hasNext: index >= 0 && (index < items.length - 1 || !complete) };
  }

  /**
   * To the model before or behind in the results; behind the last one that is here comes the next page.
   * @param {number} by
   */
  async stepModel(by) {
    const { id } = this.drawer;
    const { results } = this.searcher;
    const index = id === null ? -1 : results.indexOf(id);
    if (index < 0) return;
    if (index + by >= results.items.length) await this.searcher.more();
    if (this.drawer.id !== id || this.searcher.results !== results) return;
    const next = results.items[index + by];
    if (!next) {
      this.drawer.draw();
      return;
    }
    this.openModel(next.id);
    if (this.view === this.browse) this.browse.grid.scrollToIndex(index + by);
  }

  // --- small things --------------------------------------------------------------------------------------------

  /** @param {string} text */
  async copy(text) {
    const home = this.root.querySelector('dialog:modal') ?? this.shell;
    const done = await copyText(text, home);
    this.notices.toast(t(done ? 'toast.copied' : 'toast.copyFailed'), { tone: done ? 'good' : 'bad', key: 'copy' });
  }

  help() {
    helpDialog(this.root);
  }
}
