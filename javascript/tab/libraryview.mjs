/** The Library: every model file here, its filters, the sync, and what can be done with many at once. */

import { UNREACHABLE } from './api.mjs';
import { fill, h } from './dom.mjs';
import { FilingPanel } from './filingpanel.mjs';
import { Grid } from './grid.mjs';
import { CARD_WIDTHS, layoutFor, linesFor, stepDensity } from './gridmath.mjs';
import { stateOf } from './libraryempty.mjs';
import { LibraryHead } from './libraryhead.mjs';
import { allOfThem, filtered, isFiltered, SORT_KEYS, sorted } from './local.mjs';
import { columnHeads, LocalFilterBar } from './localfilterbar.mjs';
import { LocalView, skeletonLocal } from './localview.mjs';
import { recall, remember } from './memory.mjs';
import { OrphansLine } from './orphansdialog.mjs';
import { Selection } from './selection.mjs';
import { SelectionBar } from './selectionbar.mjs';
import { t } from './strings.mjs';
import { isLost } from './strips.mjs';
import { SyncPanel } from './syncpanel.mjs';
import { isUnderWay } from './syncs.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./local.mjs').Row} Row */
/** @typedef {import('./local.mjs').SortKey} SortKey */
/** @typedef {import('./localview.mjs').Look} Look */

const LINE = 52;
const LINE_NARROW = 64;
const NARROW = 620;
/** Lines shown while the first page comes. */
const WAITING = 12;
/** So long (ms) the list waits for what stands above it, so that it need not move when that comes. */
const PATIENCE_MS = 2000;

export class LibraryView {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.library = app.session.library;
    this.selection = new Selection();
    /** @type {Row[]} as they are shown */
    this.rows = [];
    /** @type {Look} */
    this.look = recall('local', 'library-look') === 'cards' ? 'cards' : 'list';
    this.drawnRows = this.library.rows;
    this.away = false;
    this.bar = new LocalFilterBar({ library: this.library, change: (filters) => this.filter(filters) });
    this.sync = new SyncPanel(app);
    this.filing = new FilingPanel(app);
    this.orphans = new OrphansLine(app);
    this.chosen = new SelectionBar(this);
    this.head = new LibraryHead(this);
    this.heads = h('div', { class: 'local-heads', role: 'group', 'aria-label': t('local.sort') });
    this.state = h('div', { class: 'state-place' });
    this.scroller = h('div', { class: 'scroller', tabindex: -1 });
    this.grid = this.#grid();
    this.scroller.append(this.state, this.grid.el);
    this.el = h(
      'section',
      { class: 'view library', id: 'cd-view-library', role: 'tabpanel', 'aria-label': t('view.library') },
      this.head.el,
      this.sync.el,
      this.filing.el,
      this.bar.el,
      this.chosen.el,
      this.heads,
      this.scroller,
      this.orphans.el,
    );
    this.grid.el.addEventListener('keydown', (event) => this.#onKey(event));
    this.grid.el.addEventListener('focusin', () => this.#onFocus());
    const { bus, config, link, status } = app.session;
    this.stops = [
      bus.on('library', () => this.#redraw()),
      bus.on('sync', () => this.#onSync()),
      bus.on('jobs', () => this.grid.refreshCards()),
      bus.on('reconnected', () => this.#onBack()),
      link.on(() => this.away !== this.#isAway && this.draw()),
      config.on(() => this.grid.refreshCards()),
      status.on(() => this.#onStatus()),
    ];
  }

  dispose() {
    for (const stop of this.stops) stop();
    for (const part of [this.bar, this.sync, this.filing, this.orphans, this.grid]) part.dispose();
  }

  /** Called when the element has been put into the page, so that sizes are known. */
  mounted() {
    this.library.open();
    this.app.session.syncs.poller.kick();
    this.app.session.filing.open();
    if (!this.library.loaded) void this.#settle();
    this.draw();
    this.scroller.scrollTop = this.library.scrollTop;
    this.grid.render();
    this.grid.settle(this.library.activeId);
    this.scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
  }

  /** The sync and the moves of files are shown before the list is. */
  async #settle() {
    const { syncs, filing } = this.app.session;
    this.el.toggleAttribute('data-settling', true);
    const enough = new Promise((resolve) => window.setTimeout(resolve, PATIENCE_MS));
    await Promise.race([Promise.all([syncs.poller.asked, filing.poller.asked]), enough]);
    this.el.toggleAttribute('data-settling', false);
  }

  /** The server answers again: what it could not say before is asked for. */
  #onBack() {
    this.app.session.filing.open();
    if (this.library.error || !this.library.loaded) void this.library.load();
  }

  #onSync() {
    const { job } = this.app.session.syncs;
    if (this.head.drawSync()) this.#drawState();
    if (job && isUnderWay(job)) this.library.follow(job);
  }

  /** Does the server not answer, and has nothing of the list come yet? */
  get #isAway() {
    const { error, loaded, rows } = this.library;
    const link = this.app.session.link.value;
    const lost = error ? error.isUnreachable : isLost(link) && link.code === UNREACHABLE;
    return !loaded && !rows.length && lost;
  }

  /** Is the list on its way for the first time? */
  get #waits() {
    return !this.away && !this.library.loaded && this.library.loading;
  }

  /** The model folders became known. */
  #onStatus() {
    this.#drawState();
    this.grid.refreshCards();
    this.app.localDrawer.refresh();
  }

  #onScroll() {
    if (this.scroller.clientHeight) this.library.scrollTop = this.scroller.scrollTop;
  }

  #onFocus() {
    this.library.activeId = this.grid.focusedView?.card.id ?? null;
  }

  #grid() {
    const events = {
      open: (/** @type {Row} */ row) => this.app.localDrawer.open(row),
      select: (/** @type {Row} */ row, /** @type {boolean} */ range) => this.select(row.id, range),
      isSelected: (/** @type {Row} */ row) => this.selection.has(row.id),
      update: (/** @type {Row} */ row) => this.app.library.update(row),
    };
    const { session } = this.app;
    return new Grid({
      scroller: this.scroller,
      label: t('local.list'),
      density: Number(recall('local', 'density') ?? 2) % CARD_WIDTHS.length || 0,
      layout: (width, density) =>
        this.look === 'list'
          ? linesFor(width, width < NARROW ? LINE_NARROW : LINE)
          : layoutFor(width, CARD_WIDTHS[density]),
      make: (/** @type {Row} */ row, { cardWidth }, pace) =>
        new LocalView(row, { session, look: this.look, width: cardWidth, pace, events }),
      skeleton: () => skeletonLocal(this.look),
    });
  }

  /** @param {Look} look */
  setLook(look) {
    if (look === this.look) return;
    this.look = look;
    remember('local', 'library-look', look);
    this.scroller.scrollTop = 0;
    this.grid.reset([], 0);
    this.grid.skeletons.clear();
    this.draw();
  }

  /** @param {number} step */
  changeDensity(step) {
    if (this.look !== 'cards') return;
    const density = stepDensity(this.grid.el.clientWidth, this.grid.density, step);
    remember('local', 'density', String(density));
    this.grid.setDensity(density);
  }

  // --- what is shown -------------------------------------------------------------------------------------------

  /** @param {import('./local.mjs').LocalFilters} filters */
  filter(filters) {
    this.library.choose({ filters });
    this.scroller.scrollTop = 0;
    this.draw();
  }

  /** @param {SortKey} key */
  sort(key) {
    const { order } = this.library;
    this.library.choose({ order: { key, down: order.key === key && !order.down } });
    this.scroller.scrollTop = 0;
    this.draw();
    const head = this.heads.querySelector(`[data-key="${key}"]`);
    if (head instanceof HTMLElement) head.focus({ preventScroll: true });
  }

  /** The rows changed: what is looked at stays where it is. */
  #redraw() {
    const shown = this.grid.firstShown;
    this.draw();
    this.grid.putBack(shown);
  }

  draw() {
    const { library } = this;
    const marksOf = (/** @type {Row} */ row) => library.marksOf(row);
    this.rows = sorted(filtered(library.rows, library.filters, marksOf), library.order);
    if (this.drawnRows !== library.rows) {
      this.drawnRows = library.rows;
      this.selection.keep(new Set(library.rows.map((row) => row.id)));
    }
    this.el.dataset.look = this.look;
    this.el.toggleAttribute('data-busy', library.loading);
    this.grid.el.setAttribute('aria-busy', String(library.loading));
    columnHeads(library.order, (key) => this.sort(key), SORT_KEYS, this.heads);
    this.bar.update();
    this.#drawGrid();
    this.head.draw();
    this.#drawState();
    this.chosen.draw();
    this.app.localDrawer.refresh();
  }

  /** A row that had focus keeps it where it is now. */
  #drawGrid() {
    const { library } = this;
    const before = this.grid.focusedView?.card.id;
    this.away = this.#isAway;
    const pending = this.#waits ? (library.rows.length ? 3 : WAITING) : 0;
    this.grid.update(this.rows, isFiltered(library.filters) ? 0 : pending);
    this.grid.refreshCards();
    this.grid.setCurrent(this.app.localDrawer.id);
    if (before === undefined || this.grid.focusedView) return;
    const index = this.rows.findIndex((row) => row.id === before);
    if (index >= 0) this.grid.focusIndex(index);
    else if (!this.grid.focusActive()) this.scroller.focus({ preventScroll: true });
  }

  #drawState() {
    this.heads.hidden = this.look !== 'list' || !(this.rows.length || this.#waits);
    fill(
      this.state,
      stateOf(this, () => this.#clearFilters()),
    );
  }

  #clearFilters() {
    this.bar.find.value = '';
    this.filter(allOfThem());
  }

  // --- choosing ------------------------------------------------------------------------------------------------

  /**
   * @param {string} id
   * @param {boolean} range from the one chosen last
   */
  select(id, range) {
    if (range)
      this.selection.extend(
        id,
        this.rows.map((row) => row.id),
      );
    else this.selection.toggle(id);
    this.#drawSelection();
  }

  /** What is chosen, also where a filter hides it now. */
  get chosenRows() {
    return this.library.rows.filter((row) => this.selection.has(row.id));
  }

  /**
   * What had the focus is gone: keys go on with what stands in its place.
   * @param {number} index
   */
  focusPlace(index) {
    if (this.rows.length) this.grid.focusIndex(Math.min(Math.max(index, 0), this.rows.length - 1));
    else this.scroller.focus({ preventScroll: true });
  }

  clearSelection() {
    this.selection.clear();
    this.#drawSelection();
  }

  #drawSelection() {
    this.grid.refreshCards();
    this.chosen.draw();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const at = this.grid.focusedView?.card.id;
    if (at === undefined || event.altKey) return;
    if (event.key === ' ' && event.composedPath()[0] instanceof HTMLButtonElement) this.select(at, event.shiftKey);
    else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      this.selection.all(this.rows.map((row) => row.id));
      this.#drawSelection();
    } else if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) this.#extend(event.key);
    else return;
    event.preventDefault();
  }

  /** @param {string} key an arrow, with Shift */
  #extend(key) {
    const { grid } = this;
    const step = key === 'ArrowDown' ? grid.layout.columns : -grid.layout.columns;
    const target = grid.active + step;
    if (target < 0 || target >= this.rows.length) return;
    if (this.selection.anchor === null) this.selection.toggle(this.rows[grid.active].id);
    grid.focusIndex(target);
    this.select(this.rows[target].id, true);
  }

  /** The `/` key. */
  focusFind() {
    this.bar.find.focus();
    this.bar.find.select();
  }

  /** @returns {boolean} true when there was something to take back */
  escape() {
    if (!this.selection.size) return false;
    this.clearSelection();
    return true;
  }
}
