/** What is on its way into the trash, into other folders or back, as the Library shows it; and what went wrong. */

import { iconButton } from './buttons.mjs';
import { fill, h, setText } from './dom.mjs';
import { sumsOf } from './filingrules.mjs';
import { bytes, percent } from './format.mjs';
import { saidProblem } from './servertext.mjs';
import { number, t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./typesfiling.mjs').Operation} Operation */

/**
 * What happens just now, in words.
 * @param {Operation[]} operations what is under way
 */
export function filingWords(operations) {
  const [first] = operations;
  return t(first.state === 'undoing' ? 'filing.now.undo' : `filing.now.${first.kind}`);
}

/**
 * The files that stayed where they were, each with its reason.
 * @param {Operation['errors']} errors
 */
export function problemList(errors) {
  return h(
    'ul',
    { class: 'filing-places', role: 'list', tabindex: 0, 'aria-label': t('filing.problemList') },
    errors.map((error) => {
      const { message, hint } = saidProblem(error);
      return h(
        'li',
        null,
        h('span', { class: 'filing-path' }, error.path),
        h('span', { class: 'filing-message' }, [message, hint].filter(Boolean).join(' ')),
      );
    }),
  );
}

export class FilingPanel {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** What has ended with problems and was not put away yet. @type {Operation[]} */
    this.ended = [];
    this.phase = h('span', { class: 'filing-phase' });
    this.figures = h('span', { class: 'muted filing-figures' });
    this.percent = h('span', { class: 'job-percent' });
    this.fillBar = h('div', { class: 'bar-fill' });
    this.bar = h(
      'div',
      {
        class: 'bar',
        role: 'progressbar',
        'aria-valuemin': 0,
        'aria-valuemax': 100,
        'aria-label': t('filing.progress'),
      },
      this.fillBar,
    );
    this.dismiss = iconButton('close', t('action.dismiss'), () => this.#putAway());
    this.errors = h('div', { class: 'filing-errors' });
    this.el = h(
      'section',
      { class: 'filing', 'aria-label': t('filing.label'), hidden: true },
      h(
        'div',
        { class: 'filing-body' },
        h('div', { class: 'filing-now' }, this.phase, this.figures, this.percent),
        this.bar,
      ),
      h('div', { class: 'job-actions' }, this.dismiss),
      this.errors,
    );
    const { bus } = app.session;
    this.stops = [bus.on('filing', () => this.draw()), bus.on('filed', (filed) => this.#onEnd(filed))];
    this.draw();
  }

  dispose() {
    for (const stop of this.stops) stop();
  }

  /** @param {import('./filing.mjs').Filed} filed */
  #onEnd({ operations }) {
    this.ended = operations.filter((one) => one.errors.length > 0);
    fill(this.errors);
    this.draw();
  }

  #putAway() {
    this.ended = [];
    this.draw();
    const scroller = this.app.root.querySelector('.library .scroller');
    if (scroller instanceof HTMLElement) scroller.focus({ preventScroll: true });
  }

  draw() {
    const { running } = this.app.session.filing;
    this.el.hidden = !running.length && !this.ended.length;
    this.dismiss.hidden = running.length > 0;
    this.bar.hidden = running.length === 0;
    this.errors.hidden = running.length > 0;
    if (running.length) this.#drawRunning(running);
    else if (this.ended.length) this.#drawEnded();
  }

  /** @param {Operation[]} running */
  #drawRunning(running) {
    const { files, done, bytes: size } = sumsOf(running);
    const part = percent(done, files);
    setText(this.phase, filingWords(running));
    setText(this.figures, `${t('sync.files', { done: number(done), total: number(files) })} · ${bytes(size)}`);
    setText(this.percent, part === null ? '' : t('badge.percent', { n: part }));
    this.bar.setAttribute('aria-valuenow', String(part ?? 0));
    this.fillBar.style.transform = `scaleX(${(part ?? 0) / 100})`;
  }

  #drawEnded() {
    const { errors } = sumsOf(this.ended);
    setText(this.phase, t('filing.problems', { n: errors.length }));
    setText(this.figures, '');
    setText(this.percent, '');
    if (!this.errors.firstChild)
      fill(this.errors, h('details', null, h('summary', null, t('filing.show')), problemList(errors)));
  }
}
