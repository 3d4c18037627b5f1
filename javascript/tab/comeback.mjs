/** Back to where somebody was in the results: after another search, and after the page was loaded again. */

import { h } from './dom.mjs';
import { readFilters, sameFilters } from './filters.mjs';
import { icon } from './icons.mjs';
import { recall, remember } from './memory.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./searcher.mjs').Searcher} Searcher */
/** @typedef {import('./searcher.mjs').Place} Place */
/** @typedef {import('./filters.mjs').Filters} Filters */
/** @typedef {import('./browsechoice.mjs').CardGrid} CardGrid */

const KEY = 'place';
/** So many pages are asked for on the way to a place of an earlier visit, not more. */
const MOST_PAGES = 25;

export class Comeback {
  /**
   * @param {Searcher} searcher
   * @param {{grid: () => CardGrid, scroller: HTMLElement, changed: () => void}} list changed: another search is shown
   */
  constructor(searcher, list) {
    this.searcher = searcher;
    this.list = list;
    /** Of an earlier visit, until it is taken or another place is reached. @type {{filters: Filters, place: Place}|null} */
    this.kept = searcher.phase === 'idle' ? readKept() : null;
    this.save = () => this.#save();
    window.addEventListener('pagehide', this.save);
  }

  dispose() {
    window.removeEventListener('pagehide', this.save);
  }

  /** The list was scrolled. Within the first screen there is nothing to come back to. */
  note() {
    const { scroller } = this.list;
    const shown = scroller.scrollTop > scroller.clientHeight ? this.list.grid().firstShown : null;
    const index = shown ? this.searcher.results.indexOf(Number(shown.id)) : -1;
    this.searcher.place = shown && index >= 0 ? { id: Number(shown.id), index, offset: shown.offset } : null;
    if (this.searcher.place) this.kept = null;
  }

  #save() {
    const { filters, place } = this.searcher;
    remember('session', KEY, JSON.stringify({ filters, place: place ?? this.#earlier }));
  }

  get #earlier() {
    return this.kept && sameFilters(this.kept.filters, this.searcher.filters) ? this.kept.place : null;
  }

  /** @returns {HTMLElement|null} the way back, where there is one */
  offer() {
    const { searcher } = this;
    const shown = searcher.phase === 'ready' || searcher.phase === 'more-failed';
    if (!shown || (!searcher.left && !this.#earlier)) return null;
    return h(
      'button',
      { type: 'button', class: 'link-button', on: { click: () => void this.go() } },
      icon('undo', 13),
      t('results.back'),
    );
  }

  async go() {
    const { searcher } = this;
    const left = searcher.goBack();
    if (left) this.list.changed();
    const place = left ?? (await this.#walk());
    if (!place) return;
    const { items } = searcher.results;
    const index = searcher.results.indexOf(place.id);
    const card = items[index < 0 ? Math.min(place.index, items.length - 1) : index];
    if (!card) return;
    this.list.grid().putBack({ id: card.id, offset: place.offset });
    this.list.grid().focusNear(searcher.results.indexOf(card.id));
  }

  /** @returns {Promise<Place|null>} the place of an earlier visit, once the list is as long as it was then */
  async #walk() {
    const earlier = this.#earlier;
    this.kept = null;
    if (!earlier) return null;
    const { searcher } = this;
    const { results } = searcher;
    for (let page = 0; page < MOST_PAGES && results.items.length <= earlier.index && results.goesOn; page += 1) {
      if (results.indexOf(earlier.id) >= 0) break;
      await searcher.more();
      if (searcher.results !== results) return null;
      if (searcher.phase !== 'ready') break;
    }
    return earlier;
  }
}

/** @returns {{filters: Filters, place: Place}|null} */
function readKept() {
  try {
    const { filters, place } = JSON.parse(recall('session', KEY) ?? '{}');
    const whole = ['id', 'index', 'offset'].every((key) => Number.isFinite(place?.[key]));
    return whole ? { filters: readFilters(filters), place } : null;
  } catch {
    return null; // written by somebody else
  }
}
