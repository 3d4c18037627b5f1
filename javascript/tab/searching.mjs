/** What is searched for: words that are typed, a whole line, a tag, a creator; and the model that a link means. */

import { emptyFilters, isOtherSearch } from './filters.mjs';
import { isReference, readTokens, versionIn } from './tokens.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./filters.mjs').Filters} Filters */

export class Searching {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.searcher = app.searcher;
    /** A link or hash that is being looked for. */
    this.reference = '';
    /** The model that opened by itself, because it was what a link meant. @type {number|null} */
    this.found = null;
  }

  /**
   * @param {Filters} filters
   * @param {import('./viewmemory.mjs').Moment} [moment]
   */
  search(filters, moment) {
    const { app } = this;
    const opened = this.found !== null && this.found === app.drawer.id;
    if (opened && isOtherSearch(filters, app.state.filters)) app.hideModel();
    this.searcher.show(filters);
    app.enter('browse');
    app.header.update();
    app.browse.bar.update();
    app.saveView(moment);
  }

  /**
   * What stands in the search box.
   * @param {string} typed
   * @param {'typing'|'done'} [moment]
   */
  words(typed, moment = 'done') {
    const read = readTokens(typed, moment);
    // A number that is still being typed means every model on its way.
    const whole = isReference(read.text) && !/^\d+$/.test(read.text);
    this.reference = read.reference || (whole ? read.text : '');
    const { filters } = this.searcher;
    const kept = read.text === filters.text ? filters.reference : ''; // other words are another question
    const next = {
      ...filters,
      text: read.text,
      creator: read.creator || filters.creator,
      tag: read.tag || filters.tag,
      reference: read.reference || kept,
    };
    this.search(next, moment);
  }

  /** @param {string} line a whole search: what it does not say of words and marks is taken away */
  line(line) {
    const read = readTokens(line, 'done');
    this.reference = read.reference;
    this.search({ ...this.searcher.filters, ...read });
  }

  /** A search for a link or a hash has found its model: it is what was meant, so it opens. */
  onResults() {
    const { results, filters } = this.searcher;
    const { app, reference } = this;
    if (!reference || (filters.reference || filters.text) !== reference) return;
    this.reference = '';
    if (results.items.length !== 1) return;
    this.found = results.items[0].id;
    app.putModel(this.found, versionIn(reference));
    app.saveView('same');
  }

  /** @param {string} tag */
  tag(tag) {
    if (this.app.narrow) this.app.hideModel();
    this.search({ ...this.searcher.filters, reference: '', tag });
  }

  /** @param {string} creator */
  creator(creator) {
    this.#anew({ creator });
  }

  /** @param {string} name of a file or a model, whatever was searched for before */
  name(name) {
    this.reference = '';
    this.#anew({ text: name });
    this.app.header.fillBox();
  }

  /** @param {Partial<Filters>} wanted beside the order and the level, which stay */
  #anew(wanted) {
    if (this.app.narrow) this.app.hideModel();
    const { sort, level } = this.searcher.filters;
    this.search({ ...emptyFilters(), sort, level, ...wanted });
  }
}
