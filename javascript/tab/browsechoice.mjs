/** Models chosen in Browse, over all searches of the page, and the line that says what can be done with them. */

import { fill, h } from './dom.mjs';
import { bytes } from './format.mjs';
import { icon } from './icons.mjs';
import { Selection, showAbove } from './selection.mjs';
import { spaceFor } from './space.mjs';
import { list, t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./grid.mjs').Grid<Card, import('./card.mjs').CardView>} CardGrid */

export class BrowseChoice {
  /**
   * @param {App} app
   * @param {{grid: () => CardGrid, shown: () => Card[]}} list
   */
  constructor(app, list) {
    this.app = app;
    this.list = list;
    this.selection = new Selection();
    /** @type {Map<string, Card>} also of searches that are shown no more */
    this.cards = new Map();
    this.words = h('span', { class: 'selection-words', role: 'status' });
    this.note = h('span', { class: 'muted' });
    const download = h(
      'button',
      { type: 'button', class: 'button button-small button-primary', on: { click: () => void this.#download() } },
      icon('download', 14),
      h('span', null, t('choice.download')),
    );
    this.el = h(
      'div',
      { class: 'selection', role: 'group', 'aria-label': t('choice.label'), hidden: true },
      this.words,
      this.note,
      h('span', { class: 'spacer' }),
      download,
      linkButton(t('local.selectAll'), () => this.all()),
      linkButton(t('local.selectNone'), () => {
        this.clear();
        this.list.grid().focusActive();
      }),
    );
  }

  get chosen() {
    return [...this.selection.ids].flatMap((id) => this.cards.get(id) ?? []);
  }

  /** @param {Card} card */
  has(card) {
    return this.selection.has(String(card.id));
  }

  /**
   * @param {Card} card
   * @param {boolean} range from the one chosen last
   */
  select(card, range) {
    this.#learn();
    if (range) this.selection.extend(String(card.id), this.#order());
    else this.selection.toggle(String(card.id));
    this.draw();
  }

  all() {
    this.#learn();
    this.selection.all(this.#order());
    this.draw();
  }

  /** @returns {boolean} true when there was something to take back */
  clear() {
    if (!this.selection.size) return false;
    this.selection.clear();
    this.cards.clear();
    this.draw();
    return true;
  }

  #order() {
    return this.list.shown().map((card) => String(card.id));
  }

  #learn() {
    for (const card of this.list.shown()) this.cards.set(String(card.id), card);
  }

  async #download() {
    if (!(await this.app.downloads.cards(this.chosen))) return;
    this.clear();
    this.list.grid().focusActive();
  }

  draw() {
    this.list.grid().refreshCards();
    const { chosen } = this;
    if (chosen.length && this.el.hidden) void this.app.session.loadStatus(); // the free space of now
    if (chosen.length) this.#fill(chosen);
    showAbove(this.el, chosen.length > 0, this.list.grid().scroller);
  }

  /** @param {Card[]} chosen */
  #fill(chosen) {
    const size = chosen.reduce((sum, card) => sum + (card.latest?.file?.size_bytes ?? 0), 0);
    fill(this.words, t('local.selected', { n: chosen.length }), size ? ` · ${bytes(size)}` : '');
    const { owned, roots } = this.app.session;
    const wanted = chosen.filter((card) => owned.ofCard(card) !== 'installed');
    const { folders, free, short } = spaceFor(wanted, roots);
    const here = chosen.length - wanted.length;
    const where = folders.length > 0 && t('choice.into', { folders: list(folders) });
    const room = free !== null && t(short ? 'choice.short' : 'choice.free', { size: bytes(free) });
    this.note.classList.toggle('note-bad', short);
    fill(this.note, [here > 0 && t('choice.here', { n: here }), where, room].filter(Boolean).join(' · '));
  }

  /** @param {KeyboardEvent} event in the grid */
  onKey(event) {
    const at = this.list.grid().focusedView?.card;
    if (!at || event.altKey) return;
    if (event.key === ' ' && event.composedPath()[0] instanceof HTMLButtonElement) this.select(at, event.shiftKey);
    else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) this.all();
    else if (!event.shiftKey || !this.#extend(event.key)) return;
    event.preventDefault();
  }

  /**
   * @param {string} key an arrow, with Shift
   * @returns {boolean}
   */
  #extend(key) {
    const grid = this.list.grid();
    const { columns } = grid.layout;
    const step = { ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 }[key];
    const cards = this.list.shown();
    const target = grid.active + (step ?? 0);
    if (step === undefined || target < 0 || target >= cards.length) return false;
    if (this.selection.anchor === null) this.select(cards[grid.active], false);
    grid.focusIndex(target);
    this.select(cards[target], true);
    return true;
  }
}

/**
 * @param {string} words
 * @param {() => void} run
 */
function linkButton(words, run) {
  return h('button', { type: 'button', class: 'link-button', on: { click: run } }, words);
}
