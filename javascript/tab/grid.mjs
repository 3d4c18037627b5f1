/** The virtual grid: only the cards on and around the screen exist. One of them can be reached with Tab. */

import { AfterPaint } from './afterpaint.mjs';
import { h } from './dom.mjs';
import { GridMarks } from './gridmarks.mjs';
import { heightFor, moveIndex, nextOf, placeOf, windowFor } from './gridmath.mjs';
import { GridSizes } from './gridsizes.mjs';
import { GridSkeletons } from './gridskeletons.mjs';
import { Pace } from './pace.mjs';

/** @typedef {import('./gridmath.mjs').Layout} Layout */

/**
 * @template T
 * @typedef {import('./gridview.mjs').GridView<T>} GridView
 */

/**
 * @template T
 * @template V
 * @typedef {import('./gridview.mjs').GridOptions<T, V>} GridOptions
 */

/** The next page is asked for when so many screens are left. */
const AHEAD_SCREENS = 1.5;

/**
 * @template {{id: number|string}} T
 * @template {GridView<T>} V
 */
export class Grid {
  /** @param {GridOptions<T, V>} options */
  constructor(options) {
    this.options = options;
    this.scroller = options.scroller;
    this.density = options.density;
    /** @type {T[]} */
    this.cards = [];
    this.pending = 0;
    /** @type {Map<number, V>} by index */
    this.views = new Map();
    this.active = 0;
    this.width = 0; // as it was measured last, in CSS pixels
    /** @type {number|string|null} */
    this.currentId = null;
    this.frame = 0;
    /** @type {Layout} */
    this.layout = options.layout(800, this.density);
    /** What all views were last placed by. @type {{layout: Layout, total: number}} */
    this.placed = { layout: this.layout, total: 0 };
    this.drawnHeight = -1;
    this.pace = new Pace(() => {
      for (const view of this.views.values()) view.calm();
    });
    this.nearEnd = new AfterPaint(() => this.options.nearEnd?.());
    this.again = new AfterPaint(() => this.render());
    this.el = h('ul', { class: 'grid', role: 'list', 'aria-label': options.label });
    this.sizes = new GridSizes(this.el, this.scroller);
    this.marks = new GridMarks(this.el);
    this.skeletons = new GridSkeletons(this.el, options.skeleton);
    this.el.addEventListener('keydown', (event) => this.#onKey(event));
    this.el.addEventListener('focusin', () => this.#setActive(this.#focusedIndex()));
    this.onScroll = () => this.#soon();
    this.scroller.addEventListener('scroll', this.onScroll, { passive: true });
    this.observer = new ResizeObserver(() => this.render());
    this.observer.observe(this.scroller);
    this.observer.observe(this.el);
  }

  dispose() {
    this.observer.disconnect();
    this.scroller.removeEventListener('scroll', this.onScroll);
    window.cancelAnimationFrame(this.frame);
    this.pace.dispose();
    this.nearEnd.dispose();
    this.again.dispose();
    this.#dropViews();
  }

  get cells() {
    return this.cards.length + this.pending;
  }

  /**
   * Shows another list, to be scrolled to where it was left.
   * @param {T[]} cards
   * @param {number} pending how many skeletons follow
   */
  reset(cards, pending) {
    this.#showOther(cards, pending, this.sizes.read()); // before anything changes, so that the layout is made once
  }

  /**
   * Shows another list from its start, at once: with the sizes of before, which are read again when it is painted.
   * @param {T[]} cards
   * @param {number} pending how many skeletons follow
   */
  begin(cards, pending) {
    this.#showOther(cards, pending, this.sizes.atStart());
    this.again.ask();
  }

  /**
   * @param {T[]} cards
   * @param {number} pending
   * @param {import('./gridsizes.mjs').Sizes} seen
   */
  #showOther(cards, pending, seen) {
    this.#dropViews();
    this.active = 0;
    this.cards = cards;
    this.pending = pending;
    this.#render(seen);
  }

  /**
   * The same list, grown: what is on screen stays where it is.
   * @param {T[]} cards
   * @param {number} pending how many skeletons follow
   */
  update(cards, pending) {
    this.cards = cards;
    this.pending = pending;
    this.render();
  }

  /** @returns {number} how many cards fill the screen */
  get screenful() {
    this.#measure();
    return Math.ceil(this.scroller.clientHeight / this.layout.rowHeight + 0.3) * this.layout.columns;
  }

  #dropViews() {
    for (const view of this.views.values()) view.dispose();
    this.views.clear();
  }

  #soon() {
    if (this.frame) return;
    this.frame = window.requestAnimationFrame((now) => {
      this.frame = 0;
      this.pace.note(this.scroller.scrollTop, this.scroller.clientHeight, now);
      this.render();
    });
  }

  /** @returns {boolean} true when the layout changed */
  #measure(width = this.el.clientWidth) {
    if (!width) return false;
    this.width = width;
    const next = this.options.layout(width, this.density);
    const before = this.layout;
    if (next.columns === before.columns && next.cardWidth === before.cardWidth && next.rowHeight === before.rowHeight)
      return false;
    this.layout = next;
    this.el.style.setProperty('--card-w', `${next.cardWidth}px`);
    this.el.style.setProperty('--card-h', `${next.cardHeight}px`);
    return true;
  }

  /**
   * @param {number} top what is above the screen
   * @returns {{index: number, offset: number}|null} the card to keep in place, and how far below the top it is
   */
  #anchor(top) {
    if (!this.cards.length || top <= 0) return null;
    const current = this.currentId === null ? -1 : this.indexOf(this.currentId);
    const shown =
      current >= 0 && this.views.has(current) ? current : Math.floor(top / this.layout.rowHeight) * this.layout.columns;
    const index = Math.min(shown, this.cards.length - 1);
    return { index, offset: placeOf(this.layout, index).y - top };
  }

  /** @returns {{id: T['id'], offset: number}|null} what a person looks at; null at the very top */
  get firstShown() {
    const anchor = this.#anchor(this.sizes.read().top);
    return anchor && { id: this.cards[anchor.index].id, offset: anchor.offset };
  }

  /**
   * The list changed: what was looked at is put back to where it was on the screen.
   * @param {{id: T['id'], offset: number}|null} shown
   */
  putBack(shown) {
    const index = shown ? this.cards.findIndex((card) => card.id === shown.id) : -1;
    if (!shown || index < 0) return;
    const top = this.el.offsetTop + placeOf(this.layout, index).y - shown.offset;
    if (Math.round(top) === Math.round(this.scroller.scrollTop)) return;
    this.scroller.scrollTop = top;
    this.render();
  }

  #drawHeight() {
    const height = heightFor(this.layout, this.cells);
    if (height === this.drawnHeight) return;
    this.drawnHeight = height;
    this.el.style.height = `${height}px`;
  }

  /** Draws what is on the screen; in another width the card that was the first there stays there. */
  render() {
    const seen = this.sizes.read();
    const anchor = this.#anchor(seen.top);
    if (this.#measure(seen.width) && anchor) {
      this.#drawHeight();
      seen.top = placeOf(this.layout, anchor.index).y - anchor.offset;
      this.scroller.scrollTop = seen.offset + seen.top;
    }
    this.#render(seen);
  }

  /**
   * All sizes were read before anything is written, so that the layout is not made twice.
   * @param {import('./gridsizes.mjs').Sizes} seen
   */
  #render({ width, top: before, height }) {
    this.#measure(width);
    this.#drawHeight();
    const top = Math.min(before, Math.max(0, this.drawnHeight - height)); // a shorter list scrolls up by itself
    const { from, to } = windowFor(this.layout, { top, height, cells: this.cells });
    this.#drawCards(from, Math.min(to, this.cards.length));
    this.skeletons.draw(this.layout, Math.max(from, this.cards.length), to);
    const marks = this.options.marks?.() ?? [];
    this.marks.draw(
      this.layout,
      marks.filter(({ index }) => index >= from && index < to),
    );
    const left = heightFor(this.layout, this.cards.length) - (top + height);
    if (height && this.cards.length && left < height * AHEAD_SCREENS) this.nearEnd.ask();
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #drawCards(from, to) {
    const focusedIndex = this.#focusedIndex();
    for (const [index, view] of this.views) {
      const stays = (index >= from && index < to) || index === focusedIndex;
      const card = this.cards[index];
      if (stays && card?.id === view.card.id) {
        if (card !== view.card) view.take?.(card);
        continue;
      }
      view.dispose();
      this.views.delete(index);
    }
    for (let index = from; index < to; index += 1) if (!this.views.has(index)) this.#create(index);
    if (!this.views.has(this.active) && to > from) this.active = from;
    this.#placeAll();
    for (const [index, view] of this.views) view.setActive(index === this.active);
  }

  /** A view that is there already only moves when all do. */
  #placeAll() {
    const { layout, placed } = this;
    const total = this.cards.length;
    if (placed.layout === layout && placed.total === total) return;
    this.placed = { layout, total };
    for (const [index, view] of this.views) this.#place(index, view);
  }

  /** @param {number} index @param {V} view */
  #place(index, view) {
    view.place({ index, total: this.cards.length, ...placeOf(this.layout, index) });
  }

  /** @param {number} index */
  #create(index) {
    const card = this.cards[index];
    const view = this.options.make(card, this.layout, this.pace);
    if (card.id === this.currentId) view.setCurrent(true);
    this.#place(index, view);
    this.views.set(index, view);
    this.#insert(index, view);
  }

  /**
   * Reading order is the order of the elements, so a card goes before the next one that exists.
   * @param {number} index
   * @param {V} view
   */
  #insert(index, view) {
    const next = nextOf(this.views.keys(), index);
    this.el.insertBefore(view.el, this.views.get(next)?.el ?? this.skeletons.first);
  }

  #focusedIndex() {
    if (!this.el.matches(':focus-within')) return -1;
    for (const [index, view] of this.views) if (view.el.matches(':focus-within')) return index;
    return -1;
  }

  /** @param {number} index */
  #setActive(index) {
    if (index < 0 || index === this.active) return;
    this.views.get(this.active)?.setActive(false);
    this.active = index;
    this.views.get(index)?.setActive(true);
  }

  /** @param {number|string} id */
  indexOf(id) {
    for (const [index, view] of this.views) if (view.card.id === id) return index;
    return this.cards.findIndex((card) => card.id === id);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const rows = Math.max(1, Math.floor(this.scroller.clientHeight / this.layout.rowHeight));
    const at = { index: this.active, columns: this.layout.columns, rows, count: this.cards.length };
    const target = moveIndex(event.key, at);
    if (target === null) return;
    event.preventDefault();
    this.focusIndex(target);
  }

  /**
   * Brings a card on screen and gives it focus.
   * @param {number} index
   */
  focusIndex(index) {
    if (index < 0 || index >= this.cards.length) return;
    this.scrollToIndex(index);
    this.#setActive(index);
    this.render();
    this.views.get(index)?.button.focus({ preventScroll: true });
  }

  /**
   * Makes a card the one that Tab leads to, and gives it the focus, without scrolling.
   * @param {number} index
   */
  focusNear(index) {
    this.#setActive(index);
    this.render();
    this.views.get(index)?.button.focus({ preventScroll: true });
  }

  /**
   * The list is on screen again: Tab leads to this card where it is still seen, else to the first that is.
   * @param {T['id']|null} id the card that had the focus last
   */
  settle(id) {
    const index = id === null ? -1 : this.indexOf(id);
    const above = this.scroller.scrollTop - this.el.offsetTop;
    const top = placeOf(this.layout, index).y - above;
    const seen = index >= 0 && top + this.layout.cardHeight > 0 && top < this.scroller.clientHeight;
    this.#setActive(seen ? index : (this.#anchor(above)?.index ?? 0));
  }

  /** @param {number} index */
  scrollToIndex(index) {
    const { scroller } = this;
    const top = this.el.offsetTop + placeOf(this.layout, index).y;
    const margin = 16;
    if (top - margin < scroller.scrollTop) scroller.scrollTop = top - margin;
    else if (top + this.layout.cardHeight + margin > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + this.layout.cardHeight + margin - scroller.clientHeight;
    }
  }

  /** @returns {boolean} false when there is no card to focus */
  focusActive() {
    if (!this.cards.length) return false;
    this.focusIndex(Math.min(this.active, this.cards.length - 1));
    return true;
  }

  /** @returns {V|null} the card that has focus */
  get focusedView() {
    return this.views.get(this.#focusedIndex()) ?? null;
  }

  /** @param {number|string|null} id the model shown in the drawer */
  setCurrent(id) {
    this.currentId = id;
    for (const view of this.views.values()) view.setCurrent(view.card.id === id);
  }

  refreshCards() {
    for (const view of this.views.values()) view.update();
  }

  /** @param {number} density the number of a size */
  setDensity(density) {
    this.density = density;
    this.render();
  }

  /** Another look of the same cards: all that exist are made anew. */
  rebuild() {
    const at = this.#focusedIndex();
    this.#dropViews();
    this.render();
    if (at >= 0) this.focusIndex(at);
  }
}
