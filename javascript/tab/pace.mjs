/**
 * How fast a list is scrolled. A picture that is on the screen for a few frames is not seen, but fetching, decoding and
 * drawing it holds up the frames after it. Pure but for the timer.
 */

/** Who scrolls a whole screen in so few milliseconds sees no pictures. */
const RUSH_MS = 250;
/** So long after the last such move, in milliseconds, the list is calm again. */
export const CALM_MS = 100;

export class Pace {
  /** @param {() => void} calm called when a rush is over */
  constructor(calm) {
    this.calm = calm;
    this.rushes = false;
    this.last = { top: 0, now: Number.NEGATIVE_INFINITY };
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
  }

  /**
   * The list was scrolled. A single jump (a key, a click beside the scroll bar) is no rush.
   * @param {number} top CSS pixels
   * @param {number} height of the screen in CSS pixels
   * @param {number} now milliseconds
   */
  note(top, height, now) {
    const passed = now - this.last.now;
    const way = Math.abs(top - this.last.top);
    this.last = { top, now };
    if (passed > CALM_MS || way * RUSH_MS <= height * passed) return;
    this.rushes = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#end(), CALM_MS);
  }

  #end() {
    this.rushes = false;
    this.calm();
  }

  dispose() {
    clearTimeout(this.timer);
  }
}
