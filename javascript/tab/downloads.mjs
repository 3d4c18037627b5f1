/** The Downloads view: all that runs, waits and failed, in groups; below it what has ended. */

import { fill, h, setText } from './dom.mjs';
import { DownloadBar } from './downloadbar.mjs';
import { HistoryView } from './historyview.mjs';
import { JobDrag } from './jobdrag.mjs';
import { JobRows } from './jobrows.mjs';
import { GROUP_ORDER } from './jobs.mjs';
import { stateBox } from './states.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./jobs.mjs').JobGroup} JobGroup */

/** So many rows of a group are drawn at first, and more at each wish. */
const ROWS = 100;

export class Downloads {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.groups = GROUP_ORDER.filter((name) => name !== 'done').map((name) => groupPart(name, () => this.draw()));
    this.empty = h('div', { class: 'state-place' });
    this.page = h('div', { class: 'page page-downloads' });
    this.rows = new JobRows(app, this.page);
    this.scroller = h('div', { class: 'scroller', tabindex: -1 }, this.page);
    this.bar = new DownloadBar(app);
    this.history = new HistoryView(app, this.rows);
    this.page.append(this.empty, ...this.groups.map((group) => group.el), this.history.el);
    this.el = h(
      'section',
      { class: 'view downloads', id: 'cd-view-downloads', role: 'tabpanel', 'aria-label': t('view.downloads') },
      this.bar.el,
      this.scroller,
    );
    const queue = /** @type {{list: HTMLElement}} */ (this.groups.find((group) => group.name === 'queued'));
    this.drag = new JobDrag(queue.list, {
      drop: (id, index) => this.#drop(id, index),
      end: () => this.draw(),
    });
    const { bus } = app.session;
    this.stops = [
      bus.on('jobs', () => this.draw()),
      bus.on('history', () => this.draw()),
      bus.on('reconnected', () => void app.session.queue.history.load()),
    ];
    this.draw();
  }

  dispose() {
    for (const stop of this.stops) stop();
    this.bar.dispose();
    this.history.dispose();
    this.rows.dispose();
  }

  mounted() {
    this.draw();
    this.app.session.catchUp();
    void this.app.session.queue.history.load();
  }

  /**
   * @param {string} id
   * @param {number} index
   */
  #drop(id, index) {
    const job = this.app.session.jobs.jobs.get(id);
    if (job?.state === 'queued') void this.app.queue.moveTo(job, index);
  }

  draw() {
    // A row under a finger stays there, whatever comes in meanwhile.
    if (this.drag.isDragging) return;
    this.rows.keepingFocus(this.scroller, () => this.#drawGroups());
    this.rows.settle();
  }

  #drawGroups() {
    const { jobs, queue } = this.app.session;
    const groups = jobs.groups();
    let total = 0;
    for (const group of this.groups) {
      const list = groups[group.name].filter((job) => !queue.history.isHidden(job));
      total += list.length;
      group.el.hidden = list.length === 0;
      setText(group.count, String(list.length));
      this.rows.draw(group.list, list.slice(0, group.most));
      const rest = list.length - group.most;
      group.more.hidden = rest <= 0;
      setText(group.more, t('group.more', { n: Math.min(rest, ROWS) }));
    }
    this.bar.draw(groups);
    this.history.draw(new Set(groups.failed.map((job) => String(job.id))));
    this.#drawEmpty(total === 0 && !this.history.hasSomething);
  }

  /** @param {boolean} empty */
  #drawEmpty(empty) {
    if (!empty) {
      fill(this.empty);
      return;
    }
    if (this.empty.firstChild) return;
    const browse = h(
      'button',
      { type: 'button', class: 'button button-primary', on: { click: () => this.app.show('browse') } },
      t('downloads.browse'),
    );
    fill(
      this.empty,
      stateBox('download', t('downloads.empty'), h('p', { class: 'muted' }, t('downloads.emptyText')), browse),
    );
  }
}

/**
 * @param {JobGroup} name
 * @param {() => void} draw
 */
function groupPart(name, draw) {
  const count = h('span', { class: 'group-count' });
  const title = h('h2', { id: `cd-group-${name}` }, t(`group.${name}`), ' ', count);
  const list = h('ul', { class: 'jobs', role: 'list', 'aria-labelledby': `cd-group-${name}` });
  const note = name === 'queued' ? h('p', { class: 'muted group-note' }, t('group.queuedNote')) : null;
  const more = h('button', { type: 'button', class: 'button button-small group-more', hidden: true });
  const el = h('section', { class: 'job-group', data: { group: name } }, title, note, list, more);
  const part = { name, count, list, more, el, most: ROWS };
  more.addEventListener('click', () => {
    part.most += ROWS;
    draw();
  });
  return part;
}
