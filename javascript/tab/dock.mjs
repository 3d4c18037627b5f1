/** The download dock: one line at the bottom, a list when opened. */

import { fill, h, setText } from './dom.mjs';
import { percent } from './format.mjs';
import { icon } from './icons.mjs';
import { JobRows } from './jobrows.mjs';
import { countWords, totalFigures } from './jobwords.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Job} Job */

/** Finished downloads shown in the dock; the Downloads view has them all. */
const FINISHED_SHOWN = 5;
const WAITING_SHOWN = 20;

export class Dock {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.summary = h('span', { class: 'dock-summary' });
    this.figures = h('span', { class: 'dock-figures' });
    this.failed = h('span', { class: 'dock-failed' });
    this.fillBar = h('span', { class: 'bar-fill' });
    this.bar = h('span', { class: 'dock-bar', 'aria-hidden': 'true' }, this.fillBar);
    this.button = h(
      'button',
      {
        type: 'button',
        class: 'dock-line',
        'aria-expanded': 'false',
        'aria-controls': 'cd-dock-list',
        on: { click: () => this.toggle() },
      },
      icon('download', 15),
      this.summary,
      this.bar,
      this.figures,
      this.failed,
      h('span', { class: 'dock-arrow' }, icon('down', 15)),
    );
    this.list = h('ul', { class: 'jobs', id: 'cd-dock-list', role: 'list' });
    const all = h(
      'button',
      { type: 'button', class: 'link-button dock-all', on: { click: () => app.show('downloads') } },
      t('dock.all'),
    );
    this.panel = h('div', { class: 'dock-panel', hidden: true, tabindex: -1 }, this.list, all);
    this.rows = new JobRows(app, this.panel);
    this.el = h('section', { class: 'dock', 'aria-label': t('dock.label') }, this.panel, this.button);
    const { bus } = app.session;
    const stops = [bus.on('jobs', () => this.draw()), bus.on('history', () => this.draw())];
    this.stop = () => {
      for (const stop of stops) stop();
    };
    this.draw();
  }

  dispose() {
    this.stop();
    this.rows.dispose();
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  toggle() {
    this.panel.hidden = !this.panel.hidden;
    this.button.setAttribute('aria-expanded', String(this.isOpen));
    this.el.toggleAttribute('data-open', this.isOpen);
    this.draw();
  }

  draw() {
    const { jobs } = this.app.session;
    const groups = jobs.groups();
    const asked = this.app.session.queue.asked.size;
    this.#drawLine(groups, asked);
    if (!this.isOpen) return;
    const { history } = this.app.session.queue;
    const finished = groups.done.filter((job) => !history.isHidden(job)).slice(0, FINISHED_SHOWN);
    const failed = groups.failed.filter((job) => !history.isHidden(job));
    const shown = [
      ...groups.active,
      ...groups.queued.slice(0, WAITING_SHOWN),
      ...groups.paused,
      ...failed,
      ...finished,
    ];
    this.rows.keepingFocus(this.list, () => {
      if (shown.length) this.rows.draw(this.list, shown);
      else fill(this.list, h('li', { class: 'dock-empty muted' }, t('downloads.emptyText')));
    });
    this.rows.settle();
  }

  /**
   * @param {Record<string, Job[]>} groups
   * @param {number} asked downloads that the server has not confirmed yet
   */
  #drawLine(groups, asked) {
    const { active, queued, paused, failed } = groups;
    const counts = { active: active.length, queued: queued.length + asked, paused: paused.length };
    setText(this.summary, countWords(counts));
    const running = [...active, ...queued];
    setText(this.figures, totalFigures(this.app.session.jobs.totals, running.length > 0).join(' · '));
    setText(this.failed, failed.length ? t('dock.failed', { n: failed.length }) : '');
    this.failed.hidden = !failed.length;
    const done = percent(
      sum(running, (job) => job.bytes_done),
      sum(running, (job) => job.bytes_total),
    );
    this.bar.hidden = !active.length;
    this.fillBar.style.transform = `scaleX(${(done ?? 0) / 100})`;
    this.el.toggleAttribute('data-busy', active.length > 0);
    this.button.setAttribute('title', t(this.isOpen ? 'dock.collapse' : 'dock.expand'));
  }
}

/**
 * @param {Job[]} jobs
 * @param {(job: Job) => number|null} figure
 */
function sum(jobs, figure) {
  return jobs.reduce((total, job) => total + (figure(job) ?? 0), 0);
}
