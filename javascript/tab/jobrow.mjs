/** One download, in the dock and in the Downloads view. */

import { fill, h, setText } from './dom.mjs';
import { helpRetries } from './failures.mjs';
import { icon } from './icons.mjs';
import { jobMenu } from './jobmenu.mjs';
import { jobNotes, notesKey } from './jobnotes.mjs';
import { actionsOf, groupOf, priorityOf } from './jobs.mjs';
import { figures, jobFile, jobName, measure, stateText } from './jobwords.mjs';
import { Media } from './media.mjs';
import { menuButton } from './menu.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./jobs.mjs').JobAction} JobAction */
/** @typedef {import('./app.mjs').App} App */

/** @type {Record<JobAction, string>} */
const ICONS = { pause: 'pause', resume: 'play', cancel: 'close', retry: 'retry' };
const THUMB = 40;

export class JobRow {
  /**
   * @param {Job} job
   * @param {App} app
   */
  constructor(job, app) {
    this.app = app;
    this.job = job;
    this.drawnActions = '';
    this.drawnNotes = '';
    this.active = false;
    this.name = h('button', {
      type: 'button',
      class: 'job-name',
      data: { focus: 'name' },
      on: { click: () => this.#open() },
    });
    this.file = h('span', { class: 'job-file' });
    this.priority = h('span', { class: 'tag job-priority', hidden: true });
    this.state = h('span', { class: 'job-state' });
    this.figures = h('span', { class: 'job-figures' });
    this.percent = h('span', { class: 'job-percent' });
    this.fillBar = h('div', { class: 'bar-fill' });
    this.bar = h('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, this.fillBar);
    this.notes = h('div', { class: 'job-notes' });
    this.actions = h('div', { class: 'job-actions' });
    this.grip = h('span', { class: 'job-grip', title: t('job.drag'), 'aria-hidden': 'true' }, icon('grip', 16));
    this.thumb = h('div', { class: 'job-thumb' });
    this.el = h(
      'li',
      { class: 'job', data: { job: job.id } },
      this.grip,
      this.thumb,
      h(
        'div',
        { class: 'job-body' },
        h('div', { class: 'job-line' }, this.name, this.file, this.priority),
        this.bar,
        h('div', { class: 'job-line job-under' }, this.state, this.figures, this.percent),
        this.notes,
      ),
      this.actions,
    );
    /** @type {IntersectionObserver|null} */
    this.watch = null;
    this.#drawThumb();
    this.update(job);
  }

  #drawThumb() {
    const preview = this.job.model_id == null ? null : (this.app.session.previews.get(this.job.model_id) ?? null);
    this.hasThumb = preview !== null;
    fill(this.thumb, new Media(preview, { session: this.app.session, width: THUMB }).el);
    if (preview) this.watch?.disconnect();
  }

  /** The picture of a model that was not seen on this page is asked for when the row comes on screen. */
  #watchThumb() {
    const id = this.job.model_id;
    if (this.hasThumb || id == null) return null;
    const watch = new IntersectionObserver(async (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      if ((await this.app.session.previewOf(id)) && !this.hasThumb) this.#drawThumb();
    });
    watch.observe(this.el);
    return watch;
  }

  /** The row is shown no more. */
  dispose() {
    this.watch?.disconnect();
    this.el.remove();
  }

  #open() {
    if (this.job.model_id != null) this.app.openModel(this.job.model_id, this.job.version_id);
  }

  /** @param {Job} job */
  update(job) {
    this.job = job;
    if (!this.hasThumb && job.model_id != null && this.app.session.previews.has(job.model_id)) this.#drawThumb();
    this.watch ??= this.#watchThumb();
    const pending = this.app.session.queue.pendingOf(job);
    setText(this.name, jobName(job));
    setText(this.file, jobFile(job));
    this.file.title = job.target_path ?? '';
    setText(this.state, stateText(job, pending, Date.now()));
    setText(this.figures, figures(job).join(' · '));
    const priority = priorityOf(job);
    this.priority.hidden = priority === 'normal' || !['queued', 'paused'].includes(job.state);
    setText(this.priority, t(`priority.${priority}`));
    this.#drawBar();
    this.el.dataset.group = job.state === 'cancelled' ? 'cancelled' : groupOf(job.state);
    this.el.dataset.state = job.state;
    this.el.toggleAttribute('aria-busy', pending !== null);
    this.#drawActions(pending);
    this.#drawNotes();
  }

  #drawBar() {
    const { percent, busy, hidden } = measure(this.job);
    this.bar.hidden = hidden;
    this.bar.classList.toggle('is-busy', busy);
    this.bar.setAttribute('aria-label', t('job.progress', { name: jobName(this.job) }));
    if (percent === null) this.bar.removeAttribute('aria-valuenow');
    else this.bar.setAttribute('aria-valuenow', String(percent));
    this.fillBar.style.transform = `scaleX(${(percent ?? 0) / 100})`;
    setText(this.percent, percent === null || hidden ? '' : t('badge.percent', { n: percent }));
  }

  /** @param {string|null} pending */
  #drawActions(pending) {
    const { job } = this;
    const wanted = actionsOf(job.state).filter((action) => {
      if (job.state !== 'failed') return true;
      return action === 'retry' && !helpRetries(job);
    });
    const key = `${job.state} ${wanted} ${pending} ${jobName(job)}`;
    if (key === this.drawnActions) return;
    this.drawnActions = key;
    const before = this.#focusIn(this.actions);
    const buttons = wanted.map((action) => this.#button(action, pending !== null));
    const menu = menuButton(t('job.menu', { name: jobName(job) }), () => jobMenu(this.app, this.job));
    menu.dataset.focus = 'menu';
    fill(this.actions, buttons, menu);
    this.#keepFocus(this.actions, before);
    this.setActive(this.active);
  }

  /**
   * @param {JobAction} action
   * @param {boolean} disabled
   */
  #button(action, disabled) {
    const label = t(`job.${action}`, { name: jobName(this.job) });
    return h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        title: label,
        'aria-label': label,
        'aria-disabled': disabled ? 'true' : null,
        data: { focus: action },
        on: { click: () => !disabled && void this.app.queue.act(this.job, action) },
      },
      icon(ICONS[action], 16),
    );
  }

  #drawNotes() {
    const key = notesKey(this.job);
    if (key === this.drawnNotes) return;
    this.drawnNotes = key;
    const before = this.#focusIn(this.notes);
    fill(this.notes, jobNotes(this.app, this.job));
    this.notes.hidden = !this.notes.firstChild;
    this.#keepFocus(this.notes, before);
    this.setActive(this.active);
  }

  /** @param {HTMLElement} part @returns {string|null} what in it has the focus */
  #focusIn(part) {
    const at = part.querySelector(':focus');
    return at instanceof HTMLElement ? (at.dataset.focus ?? '') : null;
  }

  /**
   * What had the focus is drawn anew: the same thing gets it, else its neighbour.
   * @param {HTMLElement} part
   * @param {string|null} before
   */
  #keepFocus(part, before) {
    if (before === null) return;
    const same = part.querySelector(`[data-focus="${before}"]`) ?? part.querySelector('button');
    (same instanceof HTMLElement ? same : this.name).focus({ preventScroll: true });
  }

  /** @param {boolean} active the row that Tab leads to */
  setActive(active) {
    this.active = active;
    for (const one of this.el.querySelectorAll('button, summary')) one.setAttribute('tabindex', active ? '0' : '-1');
  }

  /**
   * Gives the focus to the row.
   * @param {string} [key] to what in it, where it has that
   */
  focus(key = 'name') {
    const wanted = this.el.querySelector(`[data-focus="${key}"]`);
    const instead = this.actions.querySelector('button') ?? this.name;
    (wanted instanceof HTMLElement ? wanted : key === 'name' ? this.name : instead).focus();
  }
}
