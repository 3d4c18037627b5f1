/** Browse: filters, the grid, and everything that can be said about a search. */

import { BrowseChoice } from './browsechoice.mjs';
import { CardView, skeletonCard } from './card.mjs';
import { cardMenu } from './cardmenu.mjs';
import { Comeback } from './comeback.mjs';
import { Culprits } from './culprits.mjs';
import { fill, h, setText } from './dom.mjs';
import { FilterBar } from './filterbar.mjs';
import { chips, effectivePeriod, emptyFilters, isNarrowed } from './filters.mjs';
import { secondsLeft } from './format.mjs';
import { Grid } from './grid.mjs';
import { CARD_WIDTHS, layoutFor, stepDensity } from './gridmath.mjs';
import { icon } from './icons.mjs';
import { recall, remember } from './memory.mjs';
import { emptyState, errorState, firstVisit, reasonOf, stateBox, wayOut } from './states.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./filters.mjs').Filters} Filters */
/** @typedef {import('./types.mjs').Card} Card */

const SLOW_MS = 3000;
const VERY_SLOW_MS = 10_000;

/** @param {number[]} starts */
const pageMarks = (starts) => starts.slice(1).map((index, at) => ({ index, text: t('results.page', { n: at + 2 }) }));

export class Browse {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.searcher = app.searcher;
    this.bar = new FilterBar({
      session: app.session,
      filters: () => this.searcher.filters,
      change: (filters) => app.searching.search(filters),
      notices: app.notices,
    });
    this.count = h('p', { class: 'results-count', role: 'status' });
    this.note = h('div', { class: 'results-note' });
    this.first = this.#firstVisit();
    this.state = h('div', { class: 'state-place' });
    this.footNote = h('div');
    // Stays the same button while the page is on its way, so that the focus is not lost.
    this.loadMore = h(
      'button',
      { type: 'button', class: 'button', hidden: true, on: { click: () => void this.searcher.more() } },
      t('action.loadMore'),
    );
    this.foot = h('div', { class: 'results-foot' }, this.footNote, this.loadMore);
    this.scroller = h('div', { class: 'scroller', tabindex: -1 });
    this.choice = new BrowseChoice(app, { grid: () => this.grid, shown: () => this.searcher.results.items });
    const events = {
      select: (/** @type {Card} */ card, /** @type {boolean} */ range) => this.choice.select(card, range),
      isSelected: (/** @type {Card} */ card) => this.choice.has(card),
      open: (/** @type {number} */ id) => app.openModel(id),
      download: (/** @type {Card} */ card) => app.downloads.quick(card),
      menu: (/** @type {Card} */ card) => cardMenu(app, card),
    };
    this.grid = new Grid({
      scroller: this.scroller,
      label: t('results.label'),
      density: Number(recall('local', 'density') ?? 2) % CARD_WIDTHS.length || 0,
      layout: (width, density) => layoutFor(width, CARD_WIDTHS[density]),
      make: (/** @type {Card} */ card, { cardWidth }, pace) => {
        app.session.rememberPreview(card);
        return new CardView(card, { session: app.session, width: cardWidth, pace, events });
      },
      skeleton: skeletonCard,
      nearEnd: () => this.searcher.moreByItself(),
      marks: () => pageMarks(this.searcher.results.starts),
    });
    this.comeback = new Comeback(this.searcher, {
      grid: () => this.grid,
      scroller: this.scroller,
      changed: () => app.searching.search(this.searcher.filters),
    });
    this.culprits = new Culprits(app.session, () => this.#drawState());
    this.density = this.#density();
    this.scroller.append(
      this.first,
      h('div', { class: 'results-head' }, this.count, this.note, this.density),
      this.state,
      this.grid.el,
      this.foot,
    );
    this.el = h(
      'section',
      { class: 'view browse', id: 'cd-view-browse', role: 'tabpanel', 'aria-label': t('view.browse') },
      this.bar.el,
      this.choice.el,
      this.scroller,
    );
    this.grid.el.addEventListener('keydown', (event) => this.choice.onKey(event));
    this.grid.el.addEventListener('focusin', () => this.#onFocus());
    /** Where the list stood when it was scrolled last: asking the browser would cost a layout. CSS pixels. */
    this.scrolled = 0;
    /** @type {import('./results.mjs').Results|null} */
    this.shown = null;
    /** @type {HTMLElement|null} */
    this.countdown = null;
    this.timer = window.setInterval(() => this.#tick(), 500);
    this.scroller.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.searcher.changed = () => this.draw();
    this.stops = [
      app.session.bus.on('jobs', () => this.grid.refreshCards()),
      app.session.config.on(() => {
        this.grid.refreshCards();
        if (!this.shown) return;
        this.#drawGrid();
        this.#drawFoot();
      }),
      app.session.bus.on('reconnected', () => this.#onReconnect()),
    ];
  }

  dispose() {
    window.clearInterval(this.timer);
    for (const stop of this.stops) stop();
    this.searcher.changed = () => {};
    this.bar.dispose();
    this.comeback.dispose();
    this.culprits.stop();
    this.grid.dispose();
  }

  #onScroll() {
    if (!this.scroller.clientHeight) return;
    this.scrolled = this.scroller.scrollTop;
    this.searcher.scrollTop = this.scrolled;
    if (this.shown === this.searcher.results) this.comeback.note();
  }

  #onFocus() {
    this.searcher.activeId = this.grid.focusedView?.card.id ?? null;
  }

  /** Called when the element has been put into the page, so that sizes are known. */
  mounted() {
    const { scrollTop, activeId } = this.searcher;
    this.scroller.scrollTop = scrollTop; // before it is drawn, so that the cards that were seen stay
    this.draw();
    if (this.scroller.scrollTop !== scrollTop) {
      this.scroller.scrollTop = scrollTop;
      this.grid.render();
    }
    this.grid.settle(activeId);
  }

  #firstVisit() {
    const box = firstVisit({
      search: (text) => this.app.searching.words(text),
      dismiss: () => {
        remember('local', 'welcomed', '1');
        this.#drawFirst();
      },
    });
    return box;
  }

  /** The welcome is for those who have not asked for anything yet. */
  #drawFirst() {
    const { filters } = this.searcher;
    this.first.hidden = recall('local', 'welcomed') === '1' || filters.text !== '' || chips(filters).length > 0;
  }

  #onReconnect() {
    const { phase, error } = this.searcher;
    if ((phase === 'failed' || phase === 'more-failed') && error?.isCutOff) this.searcher.retry();
  }

  draw() {
    this.bar.update();
    const { phase, results } = this.searcher;
    const loading = phase === 'loading';
    const fresh = loading && this.shown !== null && results.items.length > 0;
    this.el.toggleAttribute('data-busy', loading);
    this.el.toggleAttribute('data-dimmed', fresh || (phase === 'failed' && results.items.length > 0));
    this.grid.el.setAttribute('aria-busy', String(loading || phase === 'more'));
    this.#drawFirst();
    this.#drawGrid();
    this.#drawHead();
    this.#drawState();
    this.#drawFoot();
    this.#tick();
    if (phase === 'ready') this.app.searching.onResults();
  }

  /** How many skeletons stand after the cards. */
  #pending() {
    const { phase, results, scrollsOn } = this.searcher;
    if (results.items.length === 0) return phase === 'loading' ? this.grid.screenful : 0;
    return phase === 'more' || (phase === 'ready' && scrollsOn) ? this.grid.layout.columns : 0;
  }

  #drawGrid() {
    const { results } = this.searcher;
    const pending = this.#pending();
    if (this.shown === results) this.#update(pending);
    else {
      this.shown = results;
      this.#begin(pending);
    }
  }

  /** Other results: at their top, or where they were left. @param {number} pending */
  #begin(pending) {
    const { results, scrollTop, activeId } = this.searcher;
    if (scrollTop || activeId !== null) {
      this.grid.reset(results.items, pending);
      this.#putBack(scrollTop, activeId);
      return;
    }
    const had = this.grid.focusedView !== null;
    if (this.scrolled) this.scroller.scrollTop = 0;
    this.grid.begin(results.items, pending);
    if (had) this.grid.focusNear(0); // keys go on although other cards are here now
  }

  /**
   * Results that were left before stand where they stood.
   * @param {number} scrollTop
   * @param {number|null} activeId
   */
  #putBack(scrollTop, activeId) {
    this.scroller.scrollTop = scrollTop;
    this.grid.render();
    this.grid.settle(activeId);
  }

  /** Keys go on where a card that had the focus is gone. @param {number} pending */
  #update(pending) {
    const had = this.grid.focusedView !== null;
    this.grid.update(this.searcher.results.items, pending);
    if (had && !this.grid.focusedView) this.grid.focusNear(Math.min(this.grid.active, this.grid.cards.length - 1));
  }

  #headText() {
    const { phase, results, filters, widened } = this.searcher;
    if (phase === 'loading') return t('results.loading');
    if (phase === 'failed' && results.items.length) return t('results.earlier');
    if (!results.items.length) return '';
    const narrow = chips(filters).some((chip) => chip.key !== 'level' && chip.key !== 'hideInstalled');
    if (!filters.text && !narrow) {
      const period = effectivePeriod(filters, widened);
      return t(
        period === 'Week' ? 'results.popular' : period === 'Month' ? 'results.popularMonth' : 'results.popularAll',
      );
    }
    return t(results.complete ? 'results.count' : 'results.countMore', { n: results.items.length });
  }

  #drawHead() {
    const { phase, results, error } = this.searcher;
    setText(this.count, this.#headText());
    this.density.hidden = results.items.length === 0;
    this.#drawDensity();
    const notes = [];
    if (results.source === 'cache' && phase === 'ready' && results.items.length)
      notes.push(h('span', { class: 'muted' }, t('results.cached')));
    if (phase === 'failed' && error && results.items.length) {
      const way = wayOut(error, this.#ways());
      notes.push(
        h('span', { class: 'note-bad' }, icon('alert', 14), h('span', null, reasonOf(error))),
        h('span', { class: 'muted countdown' }),
        h('button', { type: 'button', class: 'button button-small', on: { click: way.run } }, way.label),
      );
    }
    fill(this.note, notes, this.comeback.offer());
    this.app.strips.set('stale', results.source === 'stale' && phase !== 'loading' ? t('strip.stale') : null, {
      label: t('action.retry'),
      run: () => this.searcher.retry(),
    });
  }

  /** Keys go on where something was pressed that is gone now. */
  #drawState() {
    const had = [...this.state.querySelectorAll('button')].findIndex((button) => button.matches(':focus'));
    this.#fillState();
    if (had < 0) return;
    const buttons = this.state.querySelectorAll('button');
    (buttons[Math.min(had, buttons.length - 1)] ?? this.scroller).focus({ preventScroll: true });
  }

  #fillState() {
    const { phase, results, filters, error } = this.searcher;
    this.countdown = null;
    if (results.items.length) fill(this.state);
    else if (phase === 'ready' && !results.goesOn)
      fill(
        this.state,
        emptyState(filters, this.culprits.of(filters), (next) => this.app.searching.search(next)),
      );
    else if (phase === 'failed' && error) {
      const box = errorState(error, { ...this.#ways(), copy: () => this.#copyError() });
      this.countdown = box.countdown;
      fill(this.state, box.el);
    } else if (phase === 'cancelled') {
      const retry = h(
        'button',
        { type: 'button', class: 'button button-primary', on: { click: () => this.searcher.retry() } },
        t('action.retry'),
      );
      fill(this.state, stateBox('search', t('slow.text'), retry));
    } else fill(this.state);
  }

  /** What a person can do about a search that failed. */
  #ways() {
    const clear = isNarrowed(this.searcher.filters) ? () => this.app.searching.search(emptyFilters()) : null;
    return { retry: () => this.searcher.retry(), clear };
  }

  #copyError() {
    const { error } = this.searcher;
    if (!error) return;
    const lines = [`${error.code} (${error.status})`, error.message, error.hint, error.cause];
    void this.app.copy(lines.filter(Boolean).join('\n'));
  }

  #drawFoot() {
    const { phase, results, error } = this.searcher;
    const failed = phase === 'more-failed';
    const asks = failed || (phase === 'ready' && results.cursor !== null && !this.searcher.scrollsOn);
    this.loadMore.hidden = !asks && !(phase === 'more' && !this.loadMore.hidden);
    this.loadMore.setAttribute('aria-disabled', String(!asks));
    setText(this.loadMore, t(asks ? 'action.loadMore' : 'action.loadingMore'));
    fill(
      this.footNote,
      failed && h('p', { class: 'note-bad' }, t('results.moreFailed')),
      failed && error && h('p', { class: 'muted' }, reasonOf(error)),
      phase === 'ready' && results.complete && results.items.length > 0 && h('p', { class: 'muted' }, t('results.end')),
    );
  }

  /** What changes with time alone: "slow" after 3 s, a way out after 10 s, the countdown of a failure. */
  #tick() {
    const { phase, startedAt, againAt, error } = this.searcher;
    const now = Date.now();
    const waited = phase === 'loading' || phase === 'more' ? now - startedAt : 0;
    this.app.strips.set(
      'slow',
      waited > SLOW_MS ? this.#slowText(waited) : null,
      waited > VERY_SLOW_MS ? this.#wayOut() : undefined,
    );
    const left = againAt ? secondsLeft(new Date(againAt).toISOString(), now) : 0;
    const text = left ? t('error.again', { n: left }) : '';
    for (const place of [this.countdown, this.note.querySelector('.countdown')]) if (place) setText(place, text);
    if (againAt && error && now >= againAt && (phase === 'failed' || phase === 'more-failed')) this.searcher.retry();
  }

  /** @param {number} waited */
  #slowText(waited) {
    return waited > VERY_SLOW_MS ? t('slow.long', { n: Math.floor(waited / 1000) }) : t('slow.text');
  }

  #wayOut() {
    return { label: t('action.cancel'), run: () => this.searcher.cancel() };
  }

  /** For those who have no keys `+` and `-`. */
  #density() {
    this.sizes = [-1, 1].map((step) => {
      const label = t(step < 0 ? 'density.smaller' : 'density.larger');
      const click = () => this.changeDensity(step);
      const kind = { type: 'button', class: 'icon-button icon-small', title: label, 'aria-label': label };
      return h('button', { ...kind, on: { click } }, icon(step < 0 ? 'minus' : 'plus', 14));
    });
    this.#drawDensity();
    return h('div', { class: 'density', role: 'group', 'aria-label': t('density.label') }, this.sizes);
  }

  #drawDensity() {
    const { density, width } = this.grid;
    for (const [index, button] of (this.sizes ?? []).entries())
      button.setAttribute('aria-disabled', String(stepDensity(width, density, index === 0 ? -1 : 1) === density));
  }

  /** @param {number} step */
  changeDensity(step) {
    const density = stepDensity(this.grid.width, this.grid.density, step);
    remember('local', 'density', String(density));
    this.grid.setDensity(density);
    this.#drawDensity();
  }
}
