/** The Downloads view: everything, in groups. */

import { fill, h, setText } from './dom.mjs';
import { JobRows } from './jobrow.mjs';
import { GROUP_ORDER } from './jobs.mjs';
import { stateBox } from './states.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */

export class Downloads {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.rows = new JobRows(app);
    this.groups = GROUP_ORDER.map((name) => {
      const count = h('span', { class: 'group-count' });
      const list = h('ul', { class: 'jobs', role: 'list' });
      return {
        name,
        count,
        list,
        el: h('section', { class: 'job-group' }, h('h2', null, t(`group.${name}`), count), list),
      };
    });
    this.empty = h('div', { class: 'state-place' });
    this.el = h(
      'section',
      { class: 'view downloads', id: 'cd-view-downloads', role: 'tabpanel', 'aria-label': t('view.downloads') },
      h(
        'div',
        { class: 'scroller', tabindex: -1 },
        h('div', { class: 'page' }, this.empty, ...this.groups.map((group) => group.el)),
      ),
    );
    this.stop = app.session.bus.on('jobs', () => this.draw());
    this.draw();
  }

  dispose() {
    this.stop();
  }

  mounted() {
    this.draw();
  }

  draw() {
    const groups = this.app.session.jobs.groups();
    let total = 0;
    for (const group of this.groups) {
      const jobs = groups[group.name];
      total += jobs.length;
      group.el.hidden = jobs.length === 0;
      setText(group.count, String(jobs.length));
      this.rows.draw(group.list, jobs);
    }
    if (total) fill(this.empty);
    else if (!this.empty.firstChild) {
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
}
