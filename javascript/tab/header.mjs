/** The one header line: views, search box, help. */

import { h, setText } from './dom.mjs';
import { VIEWS } from './hash.mjs';
import { icon } from './icons.mjs';
import { SearchPanel } from './searchpanel.mjs';
import { t } from './strings.mjs';
import { lineOf } from './tokens.mjs';
import { downloadable } from './wanted.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./hash.mjs').ViewName} ViewName */

/** The server takes no longer queries (`POST search`). */
const LONGEST = 4096;

/** A pause in typing so long starts the search. */
const PAUSE_MS = 400;

/** @type {Record<ViewName, string>} */
const ICONS = { browse: 'grid', library: 'cube', missing: 'scan', downloads: 'download', settings: 'gear' };

export class Header {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.timer = 0;
    this.tabs = VIEWS.map((name) => this.#tab(name));
    this.box = h('input', {
      type: 'search',
      class: 'search-box',
      placeholder: t(app.narrow ? 'search.short' : 'search.placeholder'),
      'aria-label': t('search.label'),
      autocomplete: 'off',
      spellcheck: 'false',
      enterkeyhint: 'search',
      maxlength: LONGEST,
    });
    this.clear = h(
      'button',
      {
        type: 'button',
        class: 'icon-button icon-small search-clear',
        'aria-label': t('search.clear'),
        on: { click: () => this.#clear() },
      },
      icon('close', 13),
    );
    this.recent = new SearchPanel(this.box, {
      choose: (line) => this.#again(line),
      notices: app.notices,
    });
    this.box.addEventListener('focus', () => this.#offer());
    this.box.addEventListener('click', () => this.#offer());
    this.box.addEventListener('input', () => this.#onInput());
    this.box.addEventListener('keydown', (event) => this.#onKey(event));
    this.box.addEventListener('paste', () => window.setTimeout(() => this.run()));
    const help = h(
      'button',
      {
        type: 'button',
        class: 'icon-button header-help',
        title: t('help.open'),
        'aria-label': t('help.open'),
        on: { click: () => app.help() },
      },
      icon('keyboard', 17),
    );
    this.el = h(
      'header',
      { class: 'header' },
      h(
        'div',
        { class: 'tabs', role: 'tablist', 'aria-label': t('app.views') },
        this.tabs.map((tab) => tab.el),
      ),
      h(
        'div',
        { class: 'search', role: 'search' },
        icon('search', 15),
        this.box,
        this.clear,
        h('kbd', { class: 'search-key', 'aria-hidden': 'true' }, '/'),
        this.recent.el,
      ),
      help,
    );
    this.el.addEventListener('keydown', (event) => this.#onTabKey(event));
    this.search = /** @type {HTMLElement} */ (this.box.parentElement);
    this.search.addEventListener('focusout', (event) => this.#onLeave(event));
    this.#drawClear();
  }

  /** @param {ViewName} name */
  #tab(name) {
    const count = h('span', { class: 'tab-count', hidden: true });
    const el = h(
      'button',
      {
        type: 'button',
        class: 'tab',
        role: 'tab',
        'aria-selected': 'false',
        title: t(`view.${name}`),
        'aria-label': t(`view.${name}`),
        tabindex: -1,
        on: { click: () => this.app.show(name) },
      },
      icon(ICONS[name], 15),
      h('span', { class: 'tab-text' }, t(`view.${name}`)),
      count,
    );
    return { name, el, count };
  }

  /** @param {KeyboardEvent} event */
  #onTabKey(event) {
    const at = this.tabs.findIndex((tab) => tab.el.contains(/** @type {Node} */ (event.composedPath()[0])));
    if (at < 0) return;
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const next = this.tabs[(at + step + this.tabs.length) % this.tabs.length];
    this.app.show(next.name);
    next.el.focus();
  }

  #onInput() {
    this.#drawClear();
    this.#offer();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.app.searching.words(this.box.value, 'typing'), PAUSE_MS);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === 'Enter') {
      event.preventDefault();
      this.run();
    } else if (event.key === 'ArrowDown') {
      if (this.recent.focusFirst() || this.app.browse.grid.focusActive()) event.preventDefault();
    } else if (event.key === 'Escape' && (this.recent.isOpen || this.box.value)) {
      event.preventDefault();
      event.stopPropagation();
      if (this.recent.isOpen) this.recent.close();
      else this.#clear();
    }
  }

  /** Shows the searches that fit to what is typed; all of them while that is the search shown anyway. */
  #offer() {
    const { value } = this.box;
    this.recent.open(value === this.app.searcher.filters.text ? '' : value);
  }

  /** @param {FocusEvent} event the focus goes somewhere else; what was found so far was meant */
  #onLeave(event) {
    if (event.relatedTarget instanceof Node && this.search.contains(event.relatedTarget)) return;
    this.recent.close();
    if (this.app.searcher.phase === 'ready') this.#note();
  }

  #note() {
    this.recent.history.add(lineOf(this.app.searcher.filters));
  }

  /** @param {string} line an earlier search: its marks take the place of those that are there */
  #again(line) {
    this.app.searching.line(line);
    this.fillBox();
    this.#note();
  }

  /** Searches at once; what is more than a word leaves the box and becomes a chip. */
  run() {
    this.app.searching.words(this.box.value);
    this.fillBox();
    this.recent.close();
    this.#note();
  }

  #clear() {
    window.clearTimeout(this.timer);
    this.box.value = '';
    this.box.focus();
    this.#drawClear();
    this.app.searching.words('');
  }

  #drawClear() {
    this.clear.hidden = this.box.value === '';
  }

  /** The box says what the search that is shown says; what was still being typed is gone. */
  fillBox() {
    window.clearTimeout(this.timer);
    this.box.value = this.app.searcher.filters.text;
    this.#drawClear();
  }

  /** A word that was still being typed starts no search any more. */
  dispose() {
    window.clearTimeout(this.timer);
  }

  focusSearch() {
    this.box.focus();
    this.box.select();
  }

  update() {
    const { app } = this;
    // A word that was still being typed must not bring back the view that was just left.
    if (app.state.view !== 'browse') window.clearTimeout(this.timer);
    for (const tab of this.tabs) {
      const selected = app.state.view === tab.name;
      tab.el.setAttribute('aria-selected', String(selected));
      tab.el.tabIndex = selected ? 0 : -1;
      if (selected) tab.el.setAttribute('aria-controls', `cd-view-${tab.name}`);
      else tab.el.removeAttribute('aria-controls');
    }
    this.#drawDownloads();
    this.#drawUpdates();
    this.#drawMissing();
    if (this.app.root.activeElement !== this.box && this.box.value !== app.searcher.filters.text) this.fillBox();
  }

  #drawDownloads() {
    const { active, queued, paused, failed } = this.app.session.jobs.groups();
    const open = active.length + queued.length + paused.length;
    const words = open ? t('dock.open', { n: open }) : failed.length ? t('dock.failed', { n: failed.length }) : '';
    this.#setCount('downloads', open || failed.length, words).classList.toggle('is-bad', !open && failed.length > 0);
  }

  #drawUpdates() {
    const n = this.app.session.library.updateCount;
    this.#setCount('library', n, t('library.updates', { n })).classList.add('is-news');
  }

  /** What could be fetched of what the last picture uses. */
  #drawMissing() {
    const n = downloadable(this.app.session.wantedNow()).length;
    this.#setCount('missing', n, t('missing.open.count', { n })).classList.add('is-news');
  }

  /**
   * @param {ViewName} name
   * @param {number} n 0 takes the count away
   * @param {string} words what the number counts
   */
  #setCount(name, n, words) {
    const tab = this.tabs[VIEWS.indexOf(name)];
    setText(tab.count, n > 999 ? '999+' : String(n));
    tab.count.hidden = n === 0;
    const label = [t(`view.${name}`), n ? words : ''].filter(Boolean).join(', ');
    tab.el.setAttribute('aria-label', label);
    tab.el.title = label;
    return tab.count;
  }
}
