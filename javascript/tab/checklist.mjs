/** A long list in groups of which a person chooses: only the lines on and around the screen exist. */

import { h } from './dom.mjs';
import { Grid } from './grid.mjs';
import { linesFor } from './gridmath.mjs';
import { icon } from './icons.mjs';

/** `choice` is null where there is nothing to choose. */
/** @typedef {{id: string, title: string, about: string, hint?: string, mark?: string, side: string, choice: boolean|null}} CheckLine */
/** @typedef {{id: string, title: string, about: string, hint?: string, mark: string, lines: CheckLine[]}} CheckGroup */
/** @typedef {{id: string, line: CheckLine|null, group: CheckGroup}} CheckRow */

const LINE = 50;
const LINE_NARROW = 68;
const NARROW = 520;

export class CheckList {
  /** @param {{label: string, changed: () => void}} options */
  constructor(options) {
    this.changed = options.changed;
    /** @type {Set<string>} */
    this.chosen = new Set();
    this.el = h('div', { class: 'checklist' });
    this.grid = new Grid({
      scroller: this.el,
      label: options.label,
      density: 0,
      layout: (width) => linesFor(width, width < NARROW ? LINE_NARROW : LINE),
      make: (/** @type {CheckRow} */ row) => new CheckView(row, this),
      skeleton: () => h('li', { 'aria-hidden': 'true' }),
    });
    this.el.append(this.grid.el);
  }

  dispose() {
    this.grid.dispose();
  }

  /** @param {CheckGroup[]} groups */
  set(groups) {
    const lines = groups.flatMap((group) => group.lines);
    this.chosen = new Set(lines.filter((line) => line.choice).map((line) => line.id));
    this.el.scrollTop = 0;
    const rows = groups.flatMap((group) => [
      { id: `group ${group.id}`, line: null, group },
      ...group.lines.map((line) => ({ id: `line ${line.id}`, line, group })),
    ]);
    this.grid.reset(rows, 0);
  }

  /**
   * @param {CheckLine[]} lines
   * @param {boolean} on
   */
  choose(lines, on) {
    for (const { id } of lines) {
      if (on) this.chosen.add(id);
      else this.chosen.delete(id);
    }
    this.grid.refreshCards();
    this.changed();
  }
}

class CheckView {
  /**
   * @param {CheckRow} row
   * @param {CheckList} list
   */
  constructor(row, list) {
    this.card = row;
    this.list = list;
    const { line, group } = row;
    const { title, about, hint } = line ?? group;
    /** What its box stands for. */
    this.lines = line ? (line.choice === null ? [] : [line]) : group.lines.filter((one) => one.choice !== null);
    this.check = this.lines.length ? h('input', { type: 'checkbox', class: 'check', tabindex: -1 }) : null;
    this.check?.addEventListener('change', () => list.choose(this.lines, this.check?.checked ?? false));
    const mark = line ? line.mark : group.mark;
    this.el = h(
      'li',
      { class: ['check-row', line ? null : 'check-head'] },
      h(
        this.check ? 'label' : 'div',
        { class: 'check-label', title: hint ?? null },
        this.check,
        mark && icon(mark, 14),
        h(
          'span',
          { class: 'check-text' },
          h('span', { class: 'check-title' }, title),
          about && h('span', { class: 'muted check-about' }, about),
        ),
        line && h('span', { class: 'muted check-side' }, line.side),
      ),
    );
    /** What gets the focus; a line without a choice is read out as a whole. @type {HTMLElement} */
    this.button = this.check ?? this.el;
    this.button.tabIndex = -1;
    this.update();
  }

  update() {
    if (!this.check) return;
    const { chosen } = this.list;
    const n = this.lines.filter((line) => chosen.has(line.id)).length;
    this.check.checked = n > 0 && n === this.lines.length;
    this.check.indeterminate = n > 0 && n < this.lines.length;
  }

  /** @param {boolean} active the one that Tab leads to */
  setActive(active) {
    this.button.tabIndex = active ? 0 : -1;
  }

  setCurrent() {}

  calm() {}

  /** @param {{index: number, total: number, x: number, y: number}} place */
  place(place) {
    this.el.style.transform = `translate(${place.x}px, ${place.y}px)`;
    this.el.setAttribute('aria-posinset', String(place.index + 1));
    this.el.setAttribute('aria-setsize', String(place.total));
  }

  dispose() {
    this.el.remove();
  }
}
