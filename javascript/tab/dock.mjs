/** The download dock: one line at the bottom, a list when opened. */

import { fill, h, setText } from './dom.mjs';
import { duration, percent, speed } from './format.mjs';
import { icon } from './icons.mjs';
import { JobRows } from './jobrow.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Job} Job */

/** Finished downloads shown in the dock; the Downloads view has them all. */
const FINISHED_SHOWN = 5;

export class Dock {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.rows = new JobRows(app);
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
    this.panel = h('div', { class: 'dock-panel', hidden: true, tabindex: -1 }, this.list);
    this.el = h('section', { class: 'dock', 'aria-label': t('dock.label') }, this.panel, this.button);
    this.stop = app.session.bus.on('jobs', () => this.draw());
    this.draw();
  }

  dispose() {
    this.stop();
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
    const asked = this.app.session.asked.size;
    this.#drawLine(groups, asked);
    if (!this.isOpen) return;
    const shown = [...groups.active, ...groups.queued, ...groups.failed, ...groups.done.slice(0, FINISHED_SHOWN)];
    if (shown.length) this.rows.draw(this.list, shown);
    else fill(this.list, h('li', { class: 'dock-empty muted' }, t('downloads.emptyText')));
  }

  /**
   * @param {Record<string, Job[]>} groups
   * @param {number} asked downloads that the server has not confirmed yet
   */
  #drawLine(groups, asked) {
    const active = groups.active.length;
    const queued = groups.queued.length + asked;
    const words = [active && t('dock.active', { n: active }), queued && t('dock.queued', { n: queued })].filter(
      Boolean,
    );
    setText(this.summary, words.length ? words.join(' · ') : t('dock.idle'));
    const { totals } = this.app.session.jobs;
    const rate = active ? (totals.speed_bps ?? sum(groups.active, (job) => job.speed_bps)) : 0;
    const figures = [
      rate ? speed(rate) : '',
      active && totals.eta_s != null ? t('dock.left', { time: duration(totals.eta_s) }) : '',
    ];
    setText(this.figures, figures.filter(Boolean).join(' · '));
    const failed = groups.failed.length;
    setText(this.failed, failed ? t('dock.failed', { n: failed }) : '');
    this.failed.hidden = !failed;
    const open = [...groups.active, ...groups.queued];
    const done = percent(
      sum(open, (job) => job.bytes_done),
      sum(open, (job) => job.bytes_total),
    );
    this.bar.hidden = !active;
    this.fillBar.style.transform = `scaleX(${(done ?? 0) / 100})`;
    this.el.toggleAttribute('data-busy', active > 0);
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
