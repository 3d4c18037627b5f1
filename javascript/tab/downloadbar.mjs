/** The head of the Downloads view: totals, what can be done with all at once, and how fast it may go. */

import { h, setText } from './dom.mjs';
import { DownloadLimits } from './downloadlimits.mjs';
import { percent } from './format.mjs';
import { icon } from './icons.mjs';
import { countWords, totalFigures } from './jobwords.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./jobs.mjs').JobGroup} JobGroup */
/** @typedef {import('./queue.mjs').QueueSweep} QueueSweep */

export class DownloadBar {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.words = h('p', { class: 'total-words' });
    this.figures = h('p', { class: 'total-figures' });
    this.fillBar = h('span', { class: 'bar-fill' });
    this.bar = h('div', { class: 'total-bar', 'aria-hidden': 'true' }, this.fillBar);
    this.pause = this.#button('pause-all', 'pause');
    this.resume = this.#button('resume-all', 'play');
    this.retry = this.#button('retry-failed', 'retry');
    this.limits = new DownloadLimits(app);
    const actions = h(
      'div',
      { class: 'total-actions', role: 'group', 'aria-label': t('sweep.group') },
      this.retry,
      this.resume,
      this.pause,
    );
    const text = h('div', { class: 'total-text' }, this.words, this.figures);
    const inner = h('div', { class: 'download-head-in' }, h('div', { class: 'download-total' }, text, actions));
    inner.append(this.bar, this.limits.el);
    this.el = h('div', { class: 'download-head' }, inner);
  }

  dispose() {
    this.limits.dispose();
  }

  /**
   * @param {QueueSweep} sweep
   * @param {string} mark
   */
  #button(sweep, mark) {
    return h(
      'button',
      { type: 'button', class: 'button button-small', on: { click: () => void this.app.queue.sweep(sweep) } },
      icon(mark, 14),
      h('span', null, t(`sweep.${sweep}`)),
    );
  }

  /** @param {Record<JobGroup, Job[]>} groups */
  draw(groups) {
    const { totals } = this.app.session.jobs;
    const { active, queued, paused, failed } = groups;
    const counts = { active: active.length, queued: queued.length, paused: paused.length };
    const open = active.length + queued.length > 0;
    setText(this.words, countWords(counts));
    setText(this.figures, totalFigures(totals, open).join(' · '));
    const running = [...active, ...queued];
    const done = sum(running, (job) => job.bytes_done);
    const left = totals.bytes_left ?? sum(running, (job) => (job.bytes_total ?? 0) - job.bytes_done);
    this.fillBar.style.transform = `scaleX(${(percent(done, done + left) ?? 0) / 100})`;
    this.bar.classList.toggle('is-idle', !open);
    this.#enable(this.pause, open);
    this.#enable(this.resume, paused.length > 0);
    this.#enable(this.retry, failed.length > 0);
  }

  /**
   * A button that has the focus stays where it is, so that the next key still finds it.
   * @param {HTMLButtonElement} button
   * @param {boolean} useful
   */
  #enable(button, useful) {
    button.hidden = !useful && !button.matches(':focus');
    button.disabled = !useful && !button.matches(':focus');
  }
}

/**
 * @param {Job[]} jobs
 * @param {(job: Job) => number} figure
 */
function sum(jobs, figure) {
  return jobs.reduce((total, job) => total + Math.max(0, figure(job)), 0);
}
