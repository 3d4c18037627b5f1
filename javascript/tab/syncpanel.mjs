/** The sync as the Library shows it: how far it is, what went wrong, and what can be done. */

import { iconButton } from './buttons.mjs';
import { fill, h, setText } from './dom.mjs';
import { bytes, duration, percent, secondsLeft } from './format.mjs';
import { icon } from './icons.mjs';
import { recall, remember } from './memory.mjs';
import { said, saidProblem } from './servertext.mjs';
import { hasText, number, t } from './strings.mjs';
import { failedPaths, isUnderWay, syncActions, syncMeasure, untoldFailures } from './syncs.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Sync} Sync */
/** @typedef {import('./syncs.mjs').SyncAction} SyncAction */

/** @type {Record<SyncAction, string>} */
const ICONS = { pause: 'pause', resume: 'play', cancel: 'close' };

/**
 * What it does just now, in words.
 * @param {Sync} job
 * @returns {string}
 */
export function phaseWords(job) {
  if (job.state !== 'running') return t(`sync.state.${job.state}`);
  if (job.waiting) {
    const left = secondsLeft(job.waiting.until, Date.now());
    const why = said(job.waiting.message);
    return left ? `${why} (${t('job.waitingUntil', { n: left })})` : why;
  }
  return hasText(`sync.phase.${job.phase}`) ? t(`sync.phase.${job.phase}`) : job.phase;
}

/**
 * @param {Sync} job
 * @returns {string[]} the figures that mean something now
 */
export function syncFigures(job) {
  const parts = [];
  if (job.files_total) parts.push(t('sync.files', { done: number(job.files_done), total: number(job.files_total) }));
  if (job.bytes_total && isUnderWay(job))
    parts.push(t('job.of', { done: bytes(job.bytes_done), total: bytes(job.bytes_total) }));
  if (job.state === 'running' && job.eta_s != null) parts.push(t('dock.left', { time: duration(job.eta_s) }));
  return parts;
}

/**
 * @param {Sync} job
 * @returns {string[]} what came of the files so far, without what there is none of
 */
export function syncCounts(job) {
  return ['matched', 'unmatched', 'invalid', 'failed'].flatMap((key) => {
    const n = /** @type {any} */ (job)[key];
    return n ? [t(`sync.count.${key}`, { count: number(n) })] : [];
  });
}

export class SyncPanel {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.key = '';
    this.errorKey = '';
    this.phase = h('span', { class: 'sync-phase' });
    this.figures = h('span', { class: 'sync-figures' });
    this.counts = h('span', { class: 'sync-counts' });
    this.percent = h('span', { class: 'job-percent' });
    this.fillBar = h('div', { class: 'bar-fill' });
    this.bar = h(
      'div',
      { class: 'bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-label': t('sync.progress') },
      this.fillBar,
    );
    this.actions = h('div', { class: 'job-actions' });
    this.errors = h('div', { class: 'sync-errors' });
    this.el = h(
      'section',
      { class: 'sync', 'aria-label': t('sync.label'), hidden: true },
      h(
        'div',
        { class: 'sync-body' },
        h('div', { class: 'sync-line' }, this.phase, this.figures, this.percent),
        this.bar,
        this.counts,
      ),
      this.actions,
      this.errors,
    );
    this.stop = app.session.bus.on('sync', () => this.draw());
    this.timer = window.setInterval(() => this.#tick(), 1000);
    this.draw();
  }

  dispose() {
    window.clearInterval(this.timer);
    this.stop();
  }

  #tick() {
    const { job } = this.app.session.syncs;
    if (job?.waiting) setText(this.phase, phaseWords(job));
  }

  /** A sync that ended and did nothing, or was looked at, needs no room. */
  #isShown() {
    const { job } = this.app.session.syncs;
    if (!job || recall('local', 'sync-seen') === job.id) return false;
    return isUnderWay(job) || job.state === 'failed' || job.errors.length > 0;
  }

  draw() {
    const { job } = this.app.session.syncs;
    const hadFocus = this.el.matches(':focus-within');
    this.el.hidden = !this.#isShown();
    if (job && !this.el.hidden) this.#draw(job);
    if (hadFocus && (this.el.hidden || !this.el.matches(':focus-within'))) this.#passFocus();
  }

  /** What had focus is gone: keys shall go on working. */
  #passFocus() {
    const next = this.el.hidden
      ? this.app.root.querySelector('.library .scroller')
      : this.actions.querySelector('button');
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }

  /** @param {Sync} job */
  #draw(job) {
    this.el.dataset.state = job.state;
    setText(this.phase, phaseWords(job));
    setText(this.figures, syncFigures(job).join(' · '));
    setText(this.counts, syncCounts(job).join(' · '));
    const under = isUnderWay(job);
    const { done, total } = syncMeasure(job);
    const part = percent(done, total);
    this.bar.hidden = !under;
    this.bar.classList.toggle('is-busy', job.state === 'running' && part === null);
    if (part === null) this.bar.removeAttribute('aria-valuenow');
    else this.bar.setAttribute('aria-valuenow', String(part));
    this.fillBar.style.transform = `scaleX(${(part ?? 0) / 100})`;
    setText(this.percent, under && part !== null ? t('badge.percent', { n: part }) : '');
    this.#drawActions(job);
    this.#drawErrors(job);
  }

  /** @param {Sync} job */
  #drawActions(job) {
    const key = `${job.id} ${job.state}`;
    if (key === this.key) return;
    this.key = key;
    const hadFocus = this.actions.matches(':focus-within');
    const buttons = syncActions(job).map((action) =>
      iconButton(ICONS[action], t(`sync.${action}`), () => void this.app.library.steer(action)),
    );
    const dismiss = iconButton('close', t('action.dismiss'), () => {
      remember('local', 'sync-seen', job.id);
      this.draw();
    });
    fill(this.actions, buttons.length ? buttons : dismiss);
    if (hadFocus) (buttons[0] ?? dismiss).focus({ preventScroll: true });
  }

  /** @param {Sync} job */
  #drawErrors(job) {
    const key = `${job.id} ${job.errors.length} ${job.failed} ${isUnderWay(job)}`;
    if (key === this.errorKey) return;
    this.errorKey = key;
    const wasOpen = this.errors.querySelector('details')?.open ?? false;
    if (!job.errors.length) {
      fill(this.errors);
      return;
    }
    const items = job.errors.map((error) =>
      h(
        'li',
        null,
        h('span', { class: 'sync-path' }, error.path),
        h('span', { class: 'sync-message' }, saidProblem(error).message),
      ),
    );
    const rest = untoldFailures(job);
    const retry = h(
      'button',
      {
        type: 'button',
        class: 'button button-small',
        // Only so many are told by name; where there are more, a sync of everything finds them.
        on: { click: () => void this.app.library.sync(rest > 0 ? undefined : failedPaths(job)) },
      },
      icon('retry', 14),
      t('sync.retry'),
    );
    fill(
      this.errors,
      h(
        'details',
        { open: wasOpen },
        h('summary', null, t('sync.errors', { n: job.errors.length })),
        h('ul', { class: 'sync-list', role: 'list', tabindex: 0, 'aria-label': t('sync.errorList') }, items),
        rest > 0 && h('p', { class: 'muted' }, t('sync.moreErrors', { n: rest })),
      ),
      !isUnderWay(job) && retry,
    );
  }
}
