/** The menu of a download's row: what a person can do besides the buttons that are always there. */

import { safeUrl } from './dom.mjs';
import { PRIORITIES, priorityOf } from './jobs.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./menu.mjs').MenuGroup} MenuGroup */
/** @typedef {import('./menu.mjs').MenuItem} MenuItem */
/** @typedef {import('./queueorder.mjs').Step} Step */

/** @type {Array<[Step, string, string]>} a step, its icon, its keys */
const STEPS = [
  ['top', 'first', ''],
  ['up', 'up', 'Alt ↑'],
  ['down', 'lower', 'Alt ↓'],
  ['bottom', 'last', ''],
];

/**
 * @param {App} app
 * @param {Job} job
 * @returns {MenuGroup[]}
 */
export function jobMenu(app, job) {
  const waits = job.state === 'queued';
  return [
    { label: t('menu.order'), items: waits ? moves(app, job) : [] },
    { label: t('menu.priority'), items: waits || job.state === 'paused' ? priorities(app, job) : [] },
    { items: [...again(app, job), ...lookUps(app, job)] },
    { items: removal(app, job) },
  ];
}

/** @param {App} app @param {Job} job @returns {MenuItem[]} */
function moves(app, job) {
  const { queued } = app.session.jobs.groups();
  const at = queued.findIndex((one) => one.id === job.id);
  return STEPS.map(([step, mark, keys]) => ({
    label: t(`menu.${step}`),
    mark,
    keys,
    disabled: step === 'top' || step === 'up' ? at <= 0 : at === queued.length - 1,
    run: () => void app.queue.step(job, step),
  }));
}

/** @param {App} app @param {Job} job @returns {MenuItem[]} */
function priorities(app, job) {
  return PRIORITIES.map((priority) => ({
    label: t(`priority.${priority}`),
    checked: priorityOf(job) === priority,
    run: () => void app.queue.prioritise(job, priority),
  }));
}

/** @param {App} app @param {Job} job @returns {MenuItem[]} */
function again(app, job) {
  const zip = (job.filename ?? job.target_path ?? '').toLowerCase().endsWith('.zip');
  /** @type {MenuItem[]} */
  const items = [];
  if (job.state === 'queued' && job.waiting)
    items.push({ label: t('action.tryNow'), mark: 'retry', run: () => void app.queue.act(job, 'try-now') });
  if (job.state === 'done') {
    items.push({ label: t('menu.again'), mark: 'retry', run: () => void app.queue.again(job) });
    if (zip && !job.unpacked)
      items.push({ label: t('menu.unpack'), mark: 'cube', run: () => void app.queue.act(job, 'unpack') });
  }
  if (job.state === 'failed' || job.state === 'cancelled')
    items.push({ label: t('menu.options'), mark: 'gear', run: () => app.queue.retryWithOptions(job) });
  return items;
}

/** @param {App} app @param {Job} job @returns {MenuItem[]} */
function lookUps(app, job) {
  const path = job.target_path;
  const url = pageUrl(app, job);
  /** @type {MenuItem[]} */
  const items = [];
  if (path && job.state === 'done')
    items.push({ label: t('local.copyPath'), mark: 'folder', run: () => void app.copy(path) });
  if (url) items.push({ label: t('drawer.page'), mark: 'external', run: () => openPage(url) });
  if (job.error) items.push({ label: t('action.copyDetails'), mark: 'copy', run: () => app.queue.copyError(job) });
  return items;
}

/** @param {App} app @param {Job} job @returns {MenuItem[]} */
function removal(app, job) {
  if (job.state === 'failed')
    return [{ label: t('menu.giveUp'), mark: 'close', run: () => void app.queue.act(job, 'cancel') }, clear(app, job)];
  return job.state === 'done' || job.state === 'cancelled' ? [clear(app, job)] : [];
}

/** @param {App} app @param {Job} job @returns {MenuItem} */
function clear(app, job) {
  return { label: t('fix.clear'), mark: 'empty', run: () => app.queue.clear([job]) };
}

/**
 * @param {App} app
 * @param {Job} job
 * @returns {string} the model's page at CivitAI, '' where the model is not known
 */
export function pageUrl(app, job) {
  if (job.model_id == null) return '';
  const site = String(app.session.config.value.values.civitai_page_url ?? 'https://civitai.com').replace(/\/+$/, '');
  return `${site}/models/${job.model_id}?modelVersionId=${job.version_id}`;
}

/** @param {string} url */
export function openPage(url) {
  const safe = safeUrl(url);
  if (safe) window.open(safe, '_blank', 'noopener,noreferrer');
}
