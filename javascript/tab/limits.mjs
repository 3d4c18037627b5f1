/** The speed limit as a person gives it: MB in a second, while the setting counts KiB. */

import { number } from './strings.mjs';

const KIB_IN_MB = 1024;

/**
 * @param {unknown} kib the setting; 0 means no limit
 * @returns {string} MB/s in at most two decimals, '' for no limit
 */
export function limitWords(kib) {
  const value = Number(kib);
  if (!Number.isFinite(value) || value <= 0) return '';
  return number(value / KIB_IN_MB, { maximumFractionDigits: 2, useGrouping: false });
}

/**
 * @param {string} typed MB/s; empty or 0 for no limit
 * @returns {number|null} KiB/s, also below 0; null when it is no number
 */
export function limitOf(typed) {
  const text = typed.trim().replace(',', '.');
  if (text === '') return 0;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  return value > 0 ? Math.max(1, Math.round(value * KIB_IN_MB)) : Math.round(value * KIB_IN_MB);
}
