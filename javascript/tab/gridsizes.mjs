/** The sizes that drawing a list needs. Reading them makes the browser lay out the page, so they are read seldom. */

/** CSS pixels: `top` is what is above the screen, `offset` what else scrolls above the list. @typedef {{width: number, height: number, offset: number, top: number}} Sizes */

export class GridSizes {
  /**
   * @param {HTMLElement} el the list
   * @param {HTMLElement} scroller
   */
  constructor(el, scroller) {
    this.el = el;
    this.scroller = scroller;
    /** @type {Sizes|null} */
    this.last = null;
  }

  /** @returns {Sizes} */
  read() {
    const { el, scroller } = this;
    const offset = el.offsetTop;
    this.last = { width: el.clientWidth, height: scroller.clientHeight, offset, top: scroller.scrollTop - offset };
    return this.last;
  }

  /** @returns {Sizes} those of before, for a list that begins anew */
  atStart() {
    const { el, last } = this;
    return el.isConnected && last ? { ...last, top: -last.offset } : this.read();
  }
}
