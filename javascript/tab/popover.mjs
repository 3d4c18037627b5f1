/** What opens below a button, and as such a list of choices for filters that take several values. */

import { fill, focused, h } from './dom.mjs';
import { icon } from './icons.mjs';
import { t } from './strings.mjs';

/**
 * @typedef {object} ChoiceOptions
 * @property {string} label
 * @property {string} findLabel
 * @property {(choice: string) => string} words
 * @property {() => string[]} choices
 * @property {() => string[]} chosen
 * @property {(values: string[]) => void} change
 */

let lastId = 0;

/** A list with fewer choices than this needs no field to search in it. */
const FIND_FROM = 10;

/** A button and the panel below it. Escape and a press elsewhere close it. */
export class Popover {
  /**
   * @param {string} label
   * @param {import('./dom.mjs').Child[]} face what is on the button
   */
  constructor(label, face) {
    lastId += 1;
    this.id = `cd-pop-${lastId}`;
    this.button = h(
      'button',
      {
        type: 'button',
        class: 'filter-button',
        'aria-haspopup': 'dialog',
        'aria-expanded': 'false',
        'aria-controls': this.id,
        on: { click: () => this.toggle() },
      },
      ...face,
      icon('down', 14),
    );
    this.panel = h('div', { class: 'popover', id: this.id, role: 'dialog', 'aria-label': label, hidden: true });
    this.el = h(
      'div',
      { class: 'filter', on: { keydown: (/** @type {KeyboardEvent} */ event) => this.onKey(event) } },
      this.button,
      this.panel,
    );
    /** @param {Event} event */
    this.onOutside = (event) => {
      if (!event.composedPath().includes(this.el)) this.close();
    };
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    this.panel.hidden = false;
    this.button.setAttribute('aria-expanded', 'true');
    this.draw();
    this.#place();
    document.addEventListener('pointerdown', this.onOutside, true);
    this.first()?.focus({ preventScroll: true });
  }

  /** Fills the panel. */
  draw() {}

  /** @returns {HTMLElement|null} what gets the focus when it opens */
  first() {
    return null;
  }

  /** Keeps the panel inside the tab. */
  #place() {
    this.panel.style.removeProperty('left');
    const root = this.el.closest('.app');
    if (!root) return;
    const over = this.panel.getBoundingClientRect().right - root.getBoundingClientRect().right + 8;
    if (over > 0) this.panel.style.left = `${-over}px`;
  }

  close() {
    if (!this.isOpen) return;
    const root = this.el.getRootNode();
    const inside = root instanceof ShadowRoot && this.panel.contains(focused(root));
    this.panel.hidden = true;
    this.button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', this.onOutside, true);
    if (inside) this.button.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key !== 'Escape' || !this.isOpen) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
    this.button.focus({ preventScroll: true });
  }
}

export class ChoicePopover extends Popover {
  /** @param {ChoiceOptions} options */
  constructor(options) {
    const count = h('span', { class: 'filter-count' });
    super(options.label, [h('span', null, options.label), count]);
    this.options = options;
    this.count = count;
    this.find = h('input', {
      type: 'search',
      class: 'input popover-find',
      placeholder: options.findLabel,
      'aria-label': options.findLabel,
      autocomplete: 'off',
      on: { input: () => this.draw() },
    });
    this.list = h('div', { class: 'popover-list', role: 'group', 'aria-label': options.label });
    this.panel.append(this.find, this.list);
    this.update();
  }

  open() {
    this.find.value = '';
    this.find.hidden = this.options.choices().length < FIND_FROM;
    super.open();
  }

  first() {
    return this.find.hidden ? this.list.querySelector('input') : this.find;
  }

  /** The chosen values changed from outside. */
  update() {
    const chosen = this.options.chosen();
    this.count.textContent = chosen.length ? String(chosen.length) : '';
    this.count.hidden = chosen.length === 0;
    this.button.classList.toggle('is-active', chosen.length > 0);
    if (this.isOpen) this.draw();
  }

  draw() {
    const wanted = this.find.value.trim().toLowerCase();
    const chosen = this.options.chosen();
    const all = [...new Set([...chosen, ...this.options.choices()])];
    const shown = all.filter((choice) => `${choice} ${this.options.words(choice)}`.toLowerCase().includes(wanted));
    const scroll = this.list.scrollTop;
    const root = this.el.getRootNode();
    const active = root instanceof ShadowRoot ? focused(root) : null;
    const value = active instanceof HTMLInputElement && this.list.contains(active) ? active.value : null;
    fill(
      this.list,
      shown.length
        ? shown.map((choice) => this.#row(choice, chosen.includes(choice)))
        : h('p', { class: 'muted popover-none' }, t('filter.none')),
    );
    this.list.scrollTop = scroll;
    if (value !== null)
      this.#inputs()
        .find((input) => input.value === value)
        ?.focus({ preventScroll: true });
  }

  #inputs() {
    return [...this.list.querySelectorAll('input')];
  }

  /**
   * @param {string} choice
   * @param {boolean} checked
   */
  #row(choice, checked) {
    const box = h('input', {
      type: 'checkbox',
      class: 'check',
      value: choice,
      checked,
      on: { change: () => this.#set(choice, box.checked) },
    });
    return h('label', { class: 'popover-row' }, box, h('span', null, this.options.words(choice)));
  }

  /**
   * @param {string} choice
   * @param {boolean} on
   */
  #set(choice, on) {
    const rest = this.options.chosen().filter((value) => value !== choice);
    this.options.change(on ? [...rest, choice] : rest);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    super.onKey(event);
    if (!this.isOpen) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      this.#step(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && event.target === this.find && this.find.value.trim()) {
      event.preventDefault();
      this.#inputs()[0]?.click();
      this.find.select(); // the next word comes in place of this one
    } else if (event.key === 'Tab') this.close();
  }

  /** @param {number} step */
  #step(step) {
    const inputs = this.#inputs();
    const root = this.el.getRootNode();
    const at = root instanceof ShadowRoot ? inputs.indexOf(/** @type {HTMLInputElement} */ (focused(root))) : -1;
    const next = at < 0 && step < 0 ? inputs.length - 1 : at + step;
    if (next < 0 && !this.find.hidden) this.find.focus();
    else inputs[Math.max(0, Math.min(inputs.length - 1, next))]?.focus();
  }
}
