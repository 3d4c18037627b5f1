/**
 * Rows by job, kept while the lists around them change, so that focus and hover stay. All lists together are one
 * stop for Tab; arrows go from row to row.
 */

import { JobRow } from './jobrow.mjs';

/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./app.mjs').App} App */

export class JobRows {
  /**
   * @param {App} app
   * @param {HTMLElement} home what holds the lists
   */
  constructor(app, home) {
    this.app = app;
    this.home = home;
    /** @type {Map<string, JobRow>} */
    this.rows = new Map();
    /** @type {string|null} the row that Tab leads to */
    this.active = null;
    home.addEventListener('keydown', (event) => this.#onKey(event));
    home.addEventListener('focusin', () => this.#activate(this.focusedRow));
  }

  dispose() {
    for (const row of this.rows.values()) row.dispose();
    this.rows.clear();
  }

  /** @returns {JobRow|null} */
  get focusedRow() {
    const el = this.home.querySelector('.job:focus-within');
    return el instanceof HTMLElement ? (this.rows.get(el.dataset.job ?? '') ?? null) : null;
  }

  /**
   * Puts exactly these jobs into a list, in this order.
   * @param {HTMLElement} list
   * @param {Job[]} jobs
   */
  draw(list, jobs) {
    const wanted = jobs.map((job) => this.#row(job).el);
    const kept = new Set(wanted);
    for (const child of [...list.children]) if (!kept.has(/** @type {any} */ (child))) child.remove();
    for (const [index, el] of wanted.entries()) {
      if (list.children[index] === el) continue;
      const focused = el.querySelector(':focus');
      list.insertBefore(el, list.children[index] ?? null);
      if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    }
  }

  /**
   * Draws, and sees that the focus stays: with its row, wherever that stands then, else with the row in its place.
   * @param {HTMLElement} rest what gets it when no row is left
   * @param {() => void} draw
   */
  keepingFocus(rest, draw) {
    const row = this.focusedRow;
    const focused = row?.el.querySelector(':focus');
    const part = focused instanceof HTMLElement ? focused.dataset.focus : undefined;
    const place = row ? this.#order().indexOf(row) : -1;
    draw();
    if (!row || this.focusedRow) return;
    const order = this.#order();
    const next = order.includes(row) ? row : order[Math.min(place, order.length - 1)];
    if (next) next.focus(part);
    else rest.focus({ preventScroll: true });
  }

  /** After all lists were drawn: forgets rows that are in none, and sees that one can be reached with Tab. */
  settle() {
    for (const [key, row] of this.rows) {
      if (this.home.contains(row.el)) continue;
      row.dispose();
      this.rows.delete(key);
    }
    if (this.active !== null && this.rows.has(this.active)) return;
    this.active = null;
    const [first] = this.#order();
    if (first) this.#activate(first);
  }

  /** @returns {JobRow[]} as they stand on the screen */
  #order() {
    return [...this.home.querySelectorAll('.job')].flatMap((el) => {
      const row = this.rows.get(/** @type {HTMLElement} */ (el).dataset.job ?? '');
      return row && el.checkVisibility() ? [row] : [];
    });
  }

  /** @param {JobRow|null} row */
  #activate(row) {
    if (!row) return;
    const key = String(row.job.id);
    if (key === this.active) return;
    if (this.active !== null) this.rows.get(this.active)?.setActive(false);
    this.active = key;
    row.setActive(true);
  }

  /** @param {Job} job */
  #row(job) {
    const key = String(job.id);
    const known = this.rows.get(key);
    if (known) {
      known.update(job);
      return known;
    }
    const row = new JobRow(job, this.app);
    row.setActive(false);
    this.rows.set(key, row);
    return row;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const row = this.focusedRow;
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.altKey) {
      const step = { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
      if (!step || row.job.state !== 'queued') return;
      event.preventDefault();
      void this.app.queue.step(row.job, /** @type {'up'|'down'} */ (step));
      return;
    }
    const order = this.#order();
    const at = order.indexOf(row);
    const target = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: order.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const focused = this.home.querySelector(':focus');
    const next = order[Math.max(0, Math.min(order.length - 1, target))];
    next?.focus(focused instanceof HTMLElement ? focused.dataset.focus : undefined);
  }
}
