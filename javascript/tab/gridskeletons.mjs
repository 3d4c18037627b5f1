/** The places of cards that are on their way. */

import { placeOf } from './gridmath.mjs';

/** @typedef {import('./gridmath.mjs').Layout} Layout */

export class GridSkeletons {
  /**
   * @param {HTMLElement} home
   * @param {() => HTMLElement} make
   */
  constructor(home, make) {
    this.home = home;
    this.make = make;
    /** @type {HTMLElement[]} */
    this.all = [];
  }

  /** @returns {HTMLElement|null} */
  get first() {
    return this.all[0] ?? null;
  }

  /**
   * @param {Layout} layout
   * @param {number} from the number of the first one's place
   * @param {number} to that of the place behind the last one
   */
  draw(layout, from, to) {
    const wanted = Math.max(0, to - from);
    while (this.all.length > wanted) this.all.pop()?.remove();
    while (this.all.length < wanted) {
      const skeleton = this.make();
      this.all.push(skeleton);
      this.home.append(skeleton);
    }
    for (const [offset, skeleton] of this.all.entries()) {
      const { x, y } = placeOf(layout, from + offset);
      skeleton.style.transform = `translate(${x}px, ${y}px)`;
    }
  }

  /** They look otherwise from now on. */
  clear() {
    for (const skeleton of this.all.splice(0)) skeleton.remove();
  }
}
