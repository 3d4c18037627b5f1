/** What is said of a download: its name, its state, its figures. Pure. */

import { baseName, bytes, date, duration, percent, secondsLeft, speed } from './format.mjs';
import { limitWords } from './limits.mjs';
import { said } from './servertext.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Totals} Totals */

/** From so many seconds on, a wait is told in minutes and hours; longer ones by their date. */
const MINUTES_FROM = 100;
const DATE_FROM = 36 * 3600;

/**
 * @param {Job} job
 * @returns {string}
 */
export function jobName(job) {
  return job.model_name || job.filename || t('job.unnamed', { id: String(job.model_id ?? job.version_id) });
}

/**
 * @param {Job} job
 * @returns {string} version and file
 */
export function jobFile(job) {
  return [job.version_name, job.filename ?? baseName(job.target_path)].filter(Boolean).join(' · ');
}

/**
 * @param {string|null} until
 * @param {number} now milliseconds
 * @returns {string} how long is still waited; '' when nobody knows
 */
export function untilWords(until, now) {
  const left = secondsLeft(until, now);
  if (!left) return '';
  if (left >= DATE_FROM) return t('job.waitingDate', { date: date(until) });
  return left < MINUTES_FROM ? t('job.waitingUntil', { n: left }) : t('job.waitingTime', { time: duration(left) });
}

/**
 * The state in words, with what it waits for.
 * @param {Job} job
 * @param {string|null} pending what was asked of it and is not answered yet
 * @param {number} now milliseconds
 * @returns {string}
 */
export function stateText(job, pending, now) {
  if (pending && pending !== 'move') return t(`job.pending.${pending}`);
  if (job.waiting) {
    const left = untilWords(job.waiting.until, now);
    return left ? `${said(job.waiting.message)} (${left})` : said(job.waiting.message);
  }
  if (job.state === 'done' && job.verified_by)
    return `${t('job.done')} · ${t('job.verified', { method: methodName(job.verified_by) })}`;
  if (job.state === 'verifying') return t('job.verifying', { method: methodName(job.verified_by ?? 'sha256') });
  return t(`job.${job.state}`);
}

/** @param {string} method */
function methodName(method) {
  return method === 'sha256' ? 'SHA-256' : method.toUpperCase();
}

/**
 * @param {Job} job
 * @returns {string[]} the figures that are known
 */
export function figures(job) {
  const parts = [];
  const total = job.bytes_total;
  const waits = ['queued', 'paused', 'resolving'].includes(job.state) && !job.bytes_done;
  if (job.state === 'done') parts.push(bytes(total ?? job.bytes_done));
  else if (waits && total) parts.push(bytes(total));
  else if (job.bytes_done || job.state === 'downloading')
    parts.push(t('job.of', { done: bytes(job.bytes_done), total: bytes(total) }));
  if (job.state === 'downloading') {
    if (job.speed_bps) parts.push(speed(job.speed_bps));
    if (job.eta_s != null) parts.push(t('dock.left', { time: duration(job.eta_s) }));
  }
  return parts;
}

/**
 * How far a job is, for its bar.
 * @param {Job} job
 * @returns {{percent: number|null, busy: boolean, hidden: boolean}} busy: something goes on that has no measure
 */
export function measure(job) {
  const done = job.state === 'done' ? 100 : percent(job.bytes_done, job.bytes_total);
  const measureless = ['resolving', 'verifying', 'moving'].includes(job.state);
  const over = job.state === 'done' || job.state === 'cancelled';
  return {
    percent: done,
    busy: measureless || (job.state === 'downloading' && done === null),
    hidden: over || ((job.state === 'failed' || job.state === 'queued') && !job.bytes_done),
  };
}

/**
 * How many there are of what, without what there is none of.
 * @param {{active: number, queued: number, paused: number}} counts
 * @returns {string}
 */
export function countWords(counts) {
  const words = [
    counts.active && t('dock.active', { n: counts.active }),
    counts.queued && t('dock.queued', { n: counts.queued }),
    counts.paused && t('dock.paused', { n: counts.paused }),
  ].filter(Boolean);
  return words.length ? words.join(' · ') : t('dock.idle');
}

/**
 * What is left of all that runs and waits.
 * @param {Totals} totals
 * @param {boolean} open is anything running or waiting?
 * @returns {string[]}
 */
export function totalFigures(totals, open) {
  if (!open) return [];
  return [
    totals.bytes_left ? t('dock.bytesLeft', { size: bytes(totals.bytes_left) }) : '',
    totals.speed_bps ? speed(totals.speed_bps) : '',
    totals.eta_s != null && totals.active ? t('dock.left', { time: duration(totals.eta_s) }) : '',
    totals.limit_bps ? t('dock.limit', { speed: `${limitWords(totals.limit_bps / 1024)} MB/s` }) : '',
  ].filter(Boolean);
}
