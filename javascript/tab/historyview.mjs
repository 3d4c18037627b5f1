/** The downloads that have ended: found again by words and by how they ended, fetched anew, cleared. */

import { fill, h, setText } from './dom.mjs';
import { FINISHED } from './history.mjs';
import { icon } from './icons.mjs';
import { shortCause } from './states.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./jobrows.mjs').JobRows} JobRows */
/** @typedef {import('./history.mjs').HistoryFilter} HistoryFilter */

/** A pause in typing so long starts the search. */
const PAUSE_MS = 300;

export class HistoryView {
  /**
   * @param {App} app
   * @param {JobRows} rows
   */
  constructor(app, rows) {
    this.app = app;
    this.rows = rows;
    this.history = app.session.queue.history;
    this.timer = 0;
    /** @type {import('./types.mjs').Job[]} */
    this.seen = [];
    this.count = h('span', { class: 'group-count' });
    this.box = h('input', {
      type: 'search',
      class: 'input history-find',
      placeholder: t('history.find'),
      'aria-label': t('history.find'),
      autocomplete: 'off',
      spellcheck: 'false',
      on: { input: () => this.#soon() },
    });
    this.box.value = this.history.query;
    this.select = h(
      'select',
      { class: 'input select history-state', 'aria-label': t('history.state'), on: { change: () => this.#find() } },
      h('option', { value: '' }, t('history.all')),
      FINISHED.map((state) => h('option', { value: state }, t(`job.${state}`))),
    );
    this.select.value = this.history.state;
    this.clear = h(
      'button',
      { type: 'button', class: 'button button-small', on: { click: () => this.#clearAll() } },
      h('span', null, t('action.clearAll')),
    );
    this.list = h('ul', { class: 'jobs', role: 'list', 'aria-labelledby': 'cd-group-done' });
    this.foot = h('div', { class: 'history-foot', role: 'status' });
    this.more = h(
      'button',
      { type: 'button', class: 'button', on: { click: () => void this.history.more() } },
      t('history.more'),
    );
    this.el = h(
      'section',
      { class: 'job-group history', data: { group: 'done' } },
      h(
        'div',
        { class: 'history-head' },
        h('h2', { id: 'cd-group-done' }, t('group.done'), ' ', this.count),
        h('div', { class: 'history-tools' }, this.box, this.select, this.clear),
      ),
      this.list,
      this.foot,
      this.more,
    );
  }

  dispose() {
    window.clearTimeout(this.timer);
  }

  /** What was pressed goes with the list. */
  #clearAll() {
    this.app.queue.clearHistory(this.seen);
    const next = this.el.hidden ? this.el.closest('.scroller') : this.box;
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }

  #soon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#find(), PAUSE_MS);
  }

  #find() {
    window.clearTimeout(this.timer);
    void this.history.find(this.box.value, /** @type {HistoryFilter} */ (this.select.value));
  }

  get #isFiltered() {
    return this.history.query !== '' || this.history.state !== '';
  }

  /** Is there anything that ended, found or not? */
  get hasSomething() {
    const { history } = this;
    return this.#isFiltered || history.shown.length > 0 || !history.loaded;
  }

  /** @param {Set<string>} above jobs that the group of the failed shows already */
  draw(above) {
    const { history } = this;
    const twice = history.state !== 'failed' && !history.query;
    const shown = history.shown.filter((job) => !twice || !above.has(String(job.id)));
    this.seen = shown;
    this.el.hidden = !shown.length && !this.#isFiltered && !history.error;
    this.el.toggleAttribute('data-busy', history.loading);
    this.list.setAttribute('aria-busy', String(history.loading));
    const hidden = history.items.length - shown.length;
    setText(this.count, history.loaded ? String(Math.max(shown.length, history.total - hidden)) : '');
    this.rows.draw(this.list, shown);
    this.clear.disabled = shown.length === 0;
    setText(
      /** @type {Element} */ (this.clear.firstElementChild),
      t(history.query ? 'history.clearFound' : history.state ? 'history.clearThese' : 'action.clearAll'),
    );
    this.more.hidden = history.cursor === null || history.error !== null;
    this.more.disabled = history.loading;
    this.#drawFoot(shown.length === 0);
  }

  /** @param {boolean} empty */
  #drawFoot(empty) {
    const { error, loading, loaded } = this.history;
    if (error) {
      const retry = () => void this.history.load();
      fill(
        this.foot,
        h('span', { class: 'note-bad' }, icon('alert', 14), shortCause(error)),
        h('button', { type: 'button', class: 'button button-small', on: { click: retry } }, t('action.retry')),
      );
    } else if (empty && loaded && !loading) fill(this.foot, h('p', { class: 'muted' }, t('history.none')));
    else fill(this.foot);
  }
}
