/** Waiting downloads are put into another order by dragging their grips, with a mouse, a pen or a finger. */

import { dropIndex } from './queueorder.mjs';

/** @typedef {import('./types.mjs').Job} Job */

/**
 * @typedef {object} DragEvents
 * @property {(id: string, index: number) => void} drop
 * @property {() => void} end the list may be drawn again
 */

/** So near its edge the list scrolls by itself, and so far at each move. CSS pixels. */
const EDGE = 48;
const SCROLL = 14;

export class JobDrag {
  /**
   * @param {HTMLElement} list
   * @param {DragEvents} events
   */
  constructor(list, events) {
    this.list = list;
    this.events = events;
    /** @type {HTMLElement|null} the row that is dragged */
    this.row = null;
    this.startY = 0;
    this.startScroll = 0;
    this.index = -1;
    list.addEventListener('pointerdown', (event) => this.#begin(event));
    list.addEventListener('pointermove', (event) => this.#move(event));
    list.addEventListener('pointerup', () => this.#end(true));
    list.addEventListener('pointercancel', () => this.#end(false));
    this.onKey = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      this.#end(false);
    };
  }

  get isDragging() {
    return this.row !== null;
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    const grip = /** @type {Element} */ (event.target).closest?.('.job-grip');
    const row = grip?.closest('.job');
    if (!(row instanceof HTMLElement) || event.button !== 0 || this.row) return;
    event.preventDefault();
    this.row = row;
    this.startY = event.clientY;
    this.startScroll = this.#scroller?.scrollTop ?? 0;
    this.index = [...this.list.children].indexOf(row);
    this.list.setPointerCapture(event.pointerId);
    row.classList.add('is-dragged');
    this.list.classList.add('has-drag');
    document.addEventListener('keydown', this.onKey, true);
  }

  get #scroller() {
    return this.list.closest('.scroller, .dock-panel');
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { row } = this;
    if (!row) return;
    const scroller = this.#scroller;
    if (scroller) {
      const box = scroller.getBoundingClientRect();
      if (event.clientY < box.top + EDGE) scroller.scrollTop -= SCROLL;
      else if (event.clientY > box.bottom - EDGE) scroller.scrollTop += SCROLL;
    }
    const shift = event.clientY - this.startY + (scroller?.scrollTop ?? 0) - this.startScroll;
    row.style.transform = `translateY(${shift}px)`;
    const others = this.#others();
    const top = row.offsetTop + shift + row.offsetHeight / 2;
    this.index = dropIndex(
      others.map((one) => ({ top: one.offsetTop, height: one.offsetHeight })),
      top,
    );
    for (const [at, one] of others.entries()) {
      one.classList.toggle('drop-before', at === this.index);
      one.classList.toggle('drop-after', at === others.length - 1 && this.index === others.length);
    }
  }

  #others() {
    return /** @type {HTMLElement[]} */ ([...this.list.children].filter((one) => one !== this.row));
  }

  /** @param {boolean} drop */
  #end(drop) {
    const { row, index } = this;
    if (!row) return;
    for (const one of this.#others()) one.classList.remove('drop-before', 'drop-after');
    row.classList.remove('is-dragged');
    row.style.removeProperty('transform');
    this.list.classList.remove('has-drag');
    document.removeEventListener('keydown', this.onKey, true);
    this.row = null;
    if (drop) this.events.drop(row.dataset.job ?? '', index);
    this.events.end();
  }
}
