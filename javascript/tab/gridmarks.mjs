/** Words in the gaps of a grid that say where a page of results begins. They take no room, so nothing moves. */

import { h } from './dom.mjs';
import { GAP, placeOf } from './gridmath.mjs';

/** @typedef {import('./gridmath.mjs').Layout} Layout */
/** @typedef {{index: number, text: string}} Mark */

/** For the eye alone: who hears the page hears the count of results grow. */
export class GridMarks {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    /** @type {HTMLElement[]} */
    this.shown = [];
  }

  /**
   * @param {Layout} layout
   * @param {Mark[]} marks those of cards that exist
   */
  draw(layout, marks) {
    while (this.shown.length > marks.length) this.shown.pop()?.remove();
    while (this.shown.length < marks.length) {
      const mark = h('li', { class: 'grid-mark', 'aria-hidden': 'true' });
      this.shown.push(mark);
      this.list.append(mark);
    }
    for (const [at, { index, text }] of marks.entries()) {
      const { x, y } = placeOf(layout, index);
      this.shown[at].style.transform = `translate(${x}px, ${y - GAP / 2}px) translateY(-50%)`;
      if (this.shown[at].textContent !== text) this.shown[at].textContent = text;
    }
  }
}
