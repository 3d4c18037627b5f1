/** Which files are chosen for a common action. Pure. */

export class Selection {
  constructor() {
    /** @type {Set<string>} */
    this.ids = new Set();
    /** Where a range starts. @type {string|null} */
    this.anchor = null;
  }

  get size() {
    return this.ids.size;
  }

  /** @param {string} id */
  has(id) {
    return this.ids.has(id);
  }

  /** @param {string} id */
  toggle(id) {
    if (!this.ids.delete(id)) this.ids.add(id);
    this.anchor = id;
  }

  /**
   * Everything from the last one chosen to this one.
   * @param {string} id
   * @param {string[]} order as it is shown
   */
  extend(id, order) {
    const to = order.indexOf(id);
    const from = this.anchor === null ? to : order.indexOf(this.anchor);
    if (from < 0 || to < 0) {
      this.ids.add(id);
      this.anchor = id;
      return;
    }
    for (const one of order.slice(Math.min(from, to), Math.max(from, to) + 1)) this.ids.add(one);
  }

  /** @param {string[]} ids */
  all(ids) {
    for (const id of ids) this.ids.add(id);
  }

  clear() {
    this.ids.clear();
    this.anchor = null;
  }

  /** @param {Set<string>} known what is not here any more is not chosen any more */
  keep(known) {
    for (const id of this.ids) if (!known.has(id)) this.ids.delete(id);
  }
}

/**
 * Shows or hides a bar above a list; what is on the screen stays where it is, as far as there is something to scroll.
 * @param {HTMLElement} bar
 * @param {boolean} isShown
 * @param {HTMLElement} scroller
 */
export function showAbove(bar, isShown, scroller) {
  if (bar.hidden !== isShown) return;
  const before = scroller.getBoundingClientRect().top;
  bar.hidden = !isShown;
  scroller.scrollTop += scroller.getBoundingClientRect().top - before;
}
