/** One download, in the dock and in the Downloads view. */

import { fill, h, setText } from './dom.mjs';
import { baseName, bytes, duration, percent, secondsLeft, speed } from './format.mjs';
import { icon } from './icons.mjs';
import { actionsOf, groupOf } from './jobs.mjs';
import { Media } from './media.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./jobs.mjs').JobAction} JobAction */
/** @typedef {import('./app.mjs').App} App */

/** @type {Record<JobAction, string>} */
const ICONS = { pause: 'pause', resume: 'play', cancel: 'close', retry: 'retry' };

/**
 * @param {Job} job
 * @returns {string}
 */
export function jobName(job) {
  return job.model_name || job.filename || t('job.unnamed', { id: job.model_id ?? job.version_id });
}

/**
 * The state in words, with what it waits for.
 * @param {Job} job
 * @returns {string}
 */
function stateText(job) {
  if (job.waiting) {
    const left = secondsLeft(job.waiting.until, Date.now());
    return left ? `${job.waiting.message} (${t('job.waitingUntil', { n: left })})` : job.waiting.message;
  }
  if (job.state === 'done' && job.verified_by) {
    return `${t('job.done')} · ${t('job.verified', { method: job.verified_by.toUpperCase() })}`;
  }
  return t(`job.${job.state}`);
}

/**
 * @param {Job} job
 * @returns {string[]} the figures that are known
 */
function figures(job) {
  const parts = [];
  const total = job.bytes_total;
  if (job.state === 'done') parts.push(bytes(total ?? job.bytes_done));
  else if (job.bytes_done || (total && job.state !== 'failed' && job.state !== 'cancelled'))
    parts.push(t('job.of', { done: bytes(job.bytes_done), total: bytes(total) }));
  if (job.state === 'downloading') {
    if (job.speed_bps) parts.push(speed(job.speed_bps));
    if (job.eta_s != null) parts.push(t('dock.left', { time: duration(job.eta_s) }));
  }
  return parts;
}

export class JobRow {
  /**
   * @param {Job} job
   * @param {App} app
   */
  constructor(job, app) {
    this.app = app;
    this.job = job;
    this.stateKey = '';
    this.name = h('button', { type: 'button', class: 'job-name', on: { click: () => this.#open() } });
    this.file = h('span', { class: 'job-file' });
    this.state = h('span', { class: 'job-state' });
    this.figures = h('span', { class: 'job-figures' });
    this.percent = h('span', { class: 'job-percent' });
    this.fillBar = h('div', { class: 'bar-fill' });
    this.bar = h('div', { class: 'bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, this.fillBar);
    this.notes = h('div', { class: 'job-notes' });
    this.actions = h('div', { class: 'job-actions' });
    this.thumb = h('div', { class: 'job-thumb' });
    this.el = h(
      'li',
      { class: 'job' },
      this.thumb,
      h(
        'div',
        { class: 'job-body' },
        h('div', { class: 'job-line' }, this.name, this.file),
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
    fill(this.thumb, new Media(preview, { session: this.app.session, width: 40 }).el);
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

  #open() {
    if (this.job.model_id != null) this.app.openModel(this.job.model_id, this.job.version_id);
  }

  /** @param {Job} job */
  update(job) {
    this.job = job;
    if (!this.hasThumb && job.model_id != null && this.app.session.previews.has(job.model_id)) this.#drawThumb();
    this.watch ??= this.#watchThumb();
    setText(this.name, jobName(job));
    setText(this.file, [job.version_name, job.filename ?? baseName(job.target_path)].filter(Boolean).join(' · '));
    setText(this.state, stateText(job));
    setText(this.figures, figures(job).join(' · '));
    this.#drawBar();
    const key = `${job.state} ${job.error?.code ?? ''} ${job.warnings?.length ?? 0}`;
    if (key === this.stateKey) return;
    this.stateKey = key;
    this.el.dataset.group = job.state === 'cancelled' ? 'cancelled' : groupOf(job.state);
    this.el.dataset.state = job.state;
    this.#drawActions();
    this.#drawNotes();
  }

  #drawBar() {
    const { job } = this;
    const done = job.state === 'done' ? 100 : percent(job.bytes_done, job.bytes_total);
    const busy =
      ['resolving', 'verifying', 'moving'].includes(job.state) || (job.state === 'downloading' && done === null);
    this.bar.hidden = job.state === 'done' || job.state === 'cancelled' || (job.state === 'failed' && !job.bytes_done);
    this.bar.classList.toggle('is-busy', busy);
    this.bar.setAttribute('aria-label', t('job.progress', { name: jobName(job) }));
    if (done === null) this.bar.removeAttribute('aria-valuenow');
    else this.bar.setAttribute('aria-valuenow', String(done));
    this.fillBar.style.transform = `scaleX(${(done ?? 0) / 100})`;
    setText(this.percent, done === null || this.bar.hidden ? '' : t('badge.percent', { n: done }));
  }

  #drawActions() {
    const { job } = this;
    const hadFocus = this.actions.matches(':focus-within');
    const buttons = actionsOf(job.state).map((action) =>
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          title: t(`job.${action}`, { name: jobName(job) }),
          'aria-label': t(`job.${action}`, { name: jobName(job) }),
          on: { click: () => void this.app.downloads.act(this.job, action) },
        },
        icon(ICONS[action], 16),
      ),
    );
    fill(this.actions, buttons);
    if (hadFocus) (buttons[0] ?? this.name).focus({ preventScroll: true });
  }

  #drawNotes() {
    const { job } = this;
    const { error } = job;
    const notes = [];
    if (error) {
      notes.push(h('p', { class: 'job-error' }, icon('alert', 14), h('span', null, error.message)));
      if (error.hint) notes.push(h('p', { class: 'muted' }, error.hint));
      const help = this.#helpFor(error.code);
      if (help) notes.push(help);
    }
    for (const warning of job.warnings ?? []) {
      notes.push(h('p', { class: 'job-warning' }, typeof warning === 'string' ? warning : warning.message));
    }
    fill(this.notes, notes);
    this.notes.hidden = notes.length === 0;
  }

  /**
   * The step that an error asks for, as a button.
   * @param {string} code
   * @returns {HTMLElement|null}
   */
  #helpFor(code) {
    const steps = /** @type {Record<string, [string, () => void]>} */ ({
      no_api_key: [t('action.openSettings'), () => this.app.show('settings')],
      bad_api_key: [t('action.openSettings'), () => this.app.show('settings')],
      unsafe_redirect: [t('action.openSettings'), () => this.app.show('settings')],
      unsafe_file: [t('job.unsafe'), () => void this.app.downloads.unsafe(this.job)],
    });
    const step = steps[code];
    return step ? h('button', { type: 'button', class: 'button button-small', on: { click: step[1] } }, step[0]) : null;
  }
}

/** Rows by job, kept while the list around them changes, so that focus and hover stay. */
export class JobRows {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Map<string, JobRow>} */
    this.rows = new Map();
  }

  /**
   * Puts exactly these jobs into a list, in this order.
   * @param {HTMLElement} list
   * @param {Job[]} jobs
   */
  draw(list, jobs) {
    const wanted = jobs.map((job) => this.#row(job).el);
    for (const child of [...list.children]) if (!wanted.includes(/** @type {any} */ (child))) child.remove();
    for (const [index, el] of wanted.entries())
      if (list.children[index] !== el) list.insertBefore(el, list.children[index] ?? null);
  }

  /** @param {Job} job */
  #row(job) {
    const key = String(job.id);
    const known = this.rows.get(key);
    if (known) {
      known.update(job);
      return known;
    }
    const row = new JobRow(job, this.app);
    this.rows.set(key, row);
    return row;
  }
}
