/**
 * Every word the tab shows, by key, in the language in use (`lang/`). `{name}` is filled in; of a key with `.one` and
 * `.other` the number `n` chooses.
 */

import { language } from './language.mjs';

/**
 * @param {string} key
 * @param {Record<string, string|number>} [values] numbers are written as the language does
 * @returns {string} the key itself when there is no such text
 */
export function t(key, values = {}) {
  const text = lookUp(key, values.n);
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? shown(values[name]) : all));
}

/** @param {string|number} value */
function shown(value) {
  return typeof value === 'number' ? number(value) : value;
}

/**
 * @param {string[]} names
 * @returns {string} as the language lists them
 */
export function list(names) {
  return new Intl.ListFormat(language().locale, { type: 'conjunction' }).format(names);
}

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 * @returns {string} as the language writes numbers
 */

export function number(value, options) {
  const { locale, numbers } = language();
  return options ? formatter(locale, options).format(value) : numbers.format(value);
}

/** A formatter is slower to make than a hundred numbers are to write. @type {Map<string, Intl.NumberFormat>} */
const formatters = new Map();

/**
 * @param {string} locale
 * @param {Intl.NumberFormatOptions} options
 * @returns {Intl.NumberFormat}
 */
function formatter(locale, options) {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formatters.get(key) ?? new Intl.NumberFormat(locale, options);
  formatters.set(key, known);
  return known;
}

/**
 * @param {string} key
 * @param {string|number|undefined} n
 */
function lookUp(key, n) {
  const { catalogue, plurals } = language();
  const keys = typeof n === 'number' ? [`${key}.${plurals.select(n)}`, `${key}.other`, key] : [key];
  for (const name of keys) {
    const text = catalogue.TEXTS[name];
    if (text !== undefined) return text;
  }
  return key;
}

/**
 * @param {string} key
 * @returns {boolean}
 */
export function hasText(key) {
  return Object.hasOwn(language().catalogue.TEXTS, key);
}

/**
 * Our words for a value of CivitAI, where we have some; else the value.
 * @param {'type'|'period'|'level'|string} group
 * @param {string} value
 * @returns {string}
 */
export function term(group, value) {
  return hasText(`${group}.${value}`) ? t(`${group}.${value}`) : value;
}
