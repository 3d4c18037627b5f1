/** Numbers, sizes and times in the words of the language in use; every function accepts null for "unknown". */

import { language } from './language.mjs';
import { number, t } from './strings.mjs';

const UNKNOWN = '–';
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
const DAY_MS = 86_400_000;

/**
 * A file size in steps of 1024.
 * @param {number|null|undefined} value bytes
 * @returns {string}
 */
export function bytes(value) {
  if (value == null || !Number.isFinite(value) || value < 0) return UNKNOWN;
  let rest = value;
  let unit = 0;
  while (rest >= 1023.5 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || rest >= 99.95 ? 0 : unit < 3 && rest >= 9.95 ? 0 : 1;
  return `${fixed(rest, digits)} ${UNITS[unit]}`;
}

/**
 * @param {number} value
 * @param {number} digits behind the point
 */
function fixed(value, digits) {
  return number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false });
}

/**
 * @param {number|null|undefined} value bytes in a second
 * @returns {string}
 */
export function speed(value) {
  return value ? `${bytes(value)}/s` : UNKNOWN;
}

/**
 * A count in few characters: 999, 1.2k, 35k, 1.1M.
 * @param {number|null|undefined} value
 * @returns {string}
 */
export function count(value) {
  if (value == null || !Number.isFinite(value)) return UNKNOWN;
  if (value < 1000) return number(Math.round(value));
  const [scaled, words] = value < 999_500 ? [value / 1000, 'number.thousands'] : [value / 1_000_000, 'number.millions'];
  return t(words, { n: fixed(scaled, scaled < 9.95 ? 1 : 0) });
}

/**
 * @param {number|null|undefined} seconds
 * @returns {string}
 */
export function duration(seconds) {
  if (seconds == null || !Number.isFinite(seconds) || seconds < 0) return UNKNOWN;
  const whole = Math.ceil(seconds);
  if (whole < 60) return t('time.seconds', { n: whole });
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return t('time.minutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  const left = minutes % 60;
  return left ? t('time.hoursMinutes', { hours, minutes: left }) : t('time.hours', { n: hours });
}

/**
 * @param {number|null|undefined} done
 * @param {number|null|undefined} total
 * @returns {number|null} 0..100, whole; 100 only when really all of it is there
 */
export function percent(done, total) {
  if (!total || done == null || total < 0) return null;
  return Math.max(0, Math.min(100, Math.floor((done / total) * 100)));
}

/**
 * @param {string|null|undefined} iso
 * @returns {string}
 */
export function date(iso) {
  const time = timeOf(iso);
  if (time === null) return UNKNOWN;
  return new Intl.DateTimeFormat(language().locale, { year: 'numeric', month: 'short', day: 'numeric' }).format(time);
}

/**
 * Days until a moment, counted up, so that the last hours are "1 day".
 * @param {string|null|undefined} iso
 * @param {number} now milliseconds
 * @returns {number} 0 when the moment is past or unknown
 */
export function daysLeft(iso, now) {
  const time = timeOf(iso);
  return time === null || time <= now ? 0 : Math.ceil((time - now) / DAY_MS);
}

/** Beyond these days nobody counts: such a version has to be bought. */
const LONGEST_WAIT = 999;

/**
 * @param {number} days until early access ends
 * @returns {string} as short as a badge
 */
export function earlyWords(days) {
  return days > LONGEST_WAIT ? t('badge.earlyLong') : t('badge.earlyShort', { n: days });
}

/**
 * Seconds until a moment, counted up.
 * @param {string|null|undefined} iso
 * @param {number} now milliseconds
 * @returns {number}
 */
export function secondsLeft(iso, now) {
  const time = timeOf(iso);
  return time === null || time <= now ? 0 : Math.ceil((time - now) / 1000);
}

/**
 * @param {string|null|undefined} iso
 * @returns {number|null} milliseconds
 */
function timeOf(iso) {
  if (!iso) return null;
  const time = Date.parse(iso);
  return Number.isNaN(time) ? null : time;
}

/**
 * The last part of a path of either kind of system.
 * @param {string|null|undefined} path
 * @returns {string}
 */
export function baseName(path) {
  return (path ?? '').split(/[\\/]/).pop() ?? '';
}
