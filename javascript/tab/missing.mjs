/** The view Missing: a picture, an infotext or a workflow comes in, and everything that it uses is listed. */

import { fill, focused, h, setText } from './dom.mjs';
import { HOST_TABS, promptField } from './hostprompt.mjs';
import { icon } from './icons.mjs';
import { MissingDrop } from './missingdrop.mjs';
import { MARKS, missingRow } from './missingrow.mjs';
import { copyMade, sendMade } from './sendpanel.mjs';
import { saidProblem } from './servertext.mjs';
import { errorState, stateBox } from './states.mjs';
import { t } from './strings.mjs';
import { note } from './targetform.mjs';
import { downloadable, inState, itemsOf, ORDER, sizeOf, summaryOf } from './wanted.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./typesmissing.mjs').Missing} Missing */
/** @typedef {import('./wanted.mjs').Now} Now */

/** `POST send/plan` takes no longer infotext. */
const LONGEST_INFOTEXT = 65_536;

/** What begins below this part of the window is hardly seen. */
const LOW = 0.75;

export class MissingView {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.look = app.session.look;
    this.drawn = '';
    this.status = h('p', { class: 'results-count', role: 'status' });
    this.tools = h('div', { class: 'missing-tools' });
    this.result = h('div', { class: 'missing-result' });
    this.el = h('section', {
      class: 'view missing',
      id: 'cd-view-missing',
      role: 'tabpanel',
      'aria-label': t('view.missing'),
    });
    this.drop = new MissingDrop(app, this.el);
    this.scroller = h(
      'div',
      { class: 'scroller', tabindex: -1 },
      h('div', { class: 'page page-missing' }, this.drop.el, this.result),
    );
    this.head = h('div', { class: 'missing-head' }, this.status, this.tools);
    this.el.append(this.head, this.scroller);
    const { bus } = app.session;
    this.stops = [
      bus.on('missing', () => this.draw()),
      bus.on('jobs', () => this.draw()),
      bus.on('reconnected', () => this.look.error?.isCutOff && this.look.again()),
    ];
  }

  dispose() {
    for (const stop of this.stops) stop();
    this.drop.dispose();
  }

  mounted() {
    this.draw();
    this.app.session.catchUp();
  }

  /** It was asked for something: that shall be seen, also where the place to drop things takes the whole screen. */
  #showResult() {
    const { scroller, result } = this;
    const { top } = result.getBoundingClientRect();
    const isLow = top - scroller.getBoundingClientRect().top > scroller.clientHeight / 2;
    if (isLow || top > window.innerHeight * LOW) result.scrollIntoView(); // in the list, and in the WebUI's page too
  }

  draw() {
    const { phase } = this.look;
    const wasLooking = this.el.hasAttribute('data-busy');
    this.drop.draw();
    this.el.toggleAttribute('data-busy', phase === 'looking');
    const list = this.app.session.wantedNow();
    const key = JSON.stringify([phase, list, this.look.error?.code, this.look.error?.message]);
    if (key === this.drawn) return;
    this.drawn = key;
    setText(this.status, this.#words(list));
    this.head.toggleAttribute('data-empty', phase === 'idle');
    this.#keepingFocus(() => {
      fill(this.tools, this.#tools(list));
      fill(this.result, this.#result(list));
    });
    if (phase === 'looking' || wasLooking) this.#showResult();
  }

  /** @param {Now[]} list */
  #words(list) {
    const { phase, answer } = this.look;
    if (phase === 'looking') return t('missing.looking');
    if (!answer) return '';
    return list.length ? summaryOf(list) : t(answer.source === 'none' ? 'missing.nothing' : 'missing.noModels');
  }

  /**
   * Lines are drawn anew whenever a download moves; the focus stays on the same button of the same thing.
   * @param {() => void} draw
   */
  #keepingFocus(draw) {
    const before = focused(this.app.root);
    const name = before instanceof HTMLElement && this.el.contains(before) ? before.dataset.focus : '';
    const { scrollTop } = this.scroller;
    draw();
    this.scroller.scrollTop = scrollTop;
    if (!name) return;
    const same = this.el.querySelector(`[data-focus="${name}"]:not(:disabled)`);
    const row = this.el.querySelector(`[data-focus$="-${name.split('-')[1]}"]:not(:disabled)`);
    const next = same ?? row ?? this.scroller;
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }

  // --- the head ------------------------------------------------------------------------------------------------

  /** @param {Now[]} list */
  #tools(list) {
    const { answer, phase } = this.look;
    const made = answer && madeOf(answer);
    const n = downloadable(list).length;
    return [
      ...(made ? this.#sendButtons(made) : []),
      phase !== 'idle' && this.#tool('new', 'close', t('missing.forget'), () => this.look.forget()),
      n > 0 &&
        this.#tool(
          'all',
          'download',
          t('missing.downloadAll', { n, size: sizeOf(list) }),
          () => void this.app.downloads.batch(itemsOf(this.app.session.wantedNow())),
          'button-primary',
        ),
    ];
  }

  /** @param {Record<string, unknown>} made */
  #sendButtons(made) {
    const { app } = this;
    return [
      ...HOST_TABS.filter((tab) => promptField(tab)).map((tab) =>
        this.#tool(`send ${tab}`, 'send', t(`send.to.${tab}`), () => void sendMade(app, made, tab)),
      ),
      this.#tool('copy', 'copy', t('send.copyInfotext'), () => void copyMade(app, made)),
    ];
  }

  /**
   * @param {string} focus
   * @param {string} mark
   * @param {string} words
   * @param {() => void} run
   * @param {string} [tone]
   */
  #tool(focus, mark, words, run, tone = '') {
    return h(
      'button',
      { type: 'button', class: ['button', 'button-small', tone], data: { focus: `tool-${focus}` }, on: { click: run } },
      icon(mark, 14),
      h('span', null, words),
    );
  }

  // --- what came of it -----------------------------------------------------------------------------------------

  /** @param {Now[]} list */
  #result(list) {
    const { phase, answer, error } = this.look;
    if (phase === 'idle') return [firstVisit()];
    if (phase === 'looking') return [1, 2, 3, 4].map(() => h('div', { class: 'shimmer missing-shimmer' }));
    if (error) return [this.#failed(error)];
    if (!answer) return [];
    const away = answer.failure && saidProblem(answer.failure);
    return [
      away &&
        h(
          'div',
          { class: 'missing-away' },
          note('cloudOff', 'warn', [away.message, away.hint].filter(Boolean).join(' ')),
          h('button', { type: 'button', class: 'button', on: { click: () => this.look.again() } }, t('action.retry')),
        ),
      ...(list.length ? this.#groups(list) : [nothing(answer)]),
    ];
  }

  /** @param {import('./api.mjs').ApiError} error */
  #failed(error) {
    const { app, look } = this;
    const copy = () => void app.copy(`${error.code} (${error.status})\n${error.message}\n${error.hint}`);
    return errorState(error, { retry: () => look.again(), copy, clear: () => look.forget() }, 'missing.failed').el;
  }

  /** @param {Now[]} list */
  #groups(list) {
    return ORDER.map((state) => ({ state, rows: inState(list, state) }))
      .filter(({ rows }) => rows.length > 0)
      .map(({ state, rows }) =>
        h(
          'section',
          { class: 'missing-group', data: { group: state } },
          h(
            'h2',
            { id: `cd-missing-${state}` },
            icon(MARKS[state], 14),
            t(`missing.group.${state}`),
            ' ',
            h('span', { class: 'group-count' }, String(rows.length)),
          ),
          h(
            'ul',
            { class: 'missing-rows', role: 'list', 'aria-labelledby': `cd-missing-${state}` },
            rows.map((now) => missingRow(this.app, now, (at) => this.look.choose(now.index, at))),
          ),
        ),
      );
  }
}

/**
 * What sending takes; null where there is nothing to send.
 * @param {Missing} answer
 * @returns {Record<string, unknown>|null}
 */
function madeOf({ infotext, generation }) {
  if (infotext && infotext.length <= LONGEST_INFOTEXT) return { infotext };
  return generation ? { image_meta: generation } : null;
}

function firstVisit() {
  const examples = ['picture', 'infotext', 'workflow', 'civitai'].map((name) =>
    h('li', null, icon(name === 'picture' ? 'picture' : 'list', 14), h('span', null, t(`missing.example.${name}`))),
  );
  return stateBox(
    'scan',
    t('missing.title'),
    h('p', { class: 'muted' }, t('missing.text')),
    h('ul', { class: 'missing-examples', role: 'list' }, examples),
  );
}

/** @param {Missing} answer */
function nothing({ source }) {
  const isUnknown = source === 'none';
  return stateBox(
    'empty',
    t(isUnknown ? 'missing.nothing' : 'missing.noModels'),
    h('p', { class: 'muted' }, t(isUnknown ? 'missing.nothingText' : 'missing.noModelsText')),
  );
}
