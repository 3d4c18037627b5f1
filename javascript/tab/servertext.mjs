/**
 * What the server says, in the language in use. The server speaks English; a language lists its sentences with their
 * translation (`SERVER` of `lang/`), `{1}` standing for what is filled in. What it does not list is shown as it came.
 */

import { date } from './format.mjs';
import { language } from './language.mjs';
import { SENTENCE_OF } from './servercodes.mjs';
import { number, t } from './strings.mjs';

/** @typedef {{pattern: RegExp, text: string}} Rule */

/** Values inside a sentence are sentences themselves at most so often. */
const DEEPEST = 3;

const MOMENT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d)/g;

/** The rules of the catalogue that was used last. @type {{of: Readonly<Record<string, string>>, rules: Rule[]}} */
let compiled = { of: {}, rules: [] };

/** @param {Readonly<Record<string, string>>} texts */
function rulesOf(texts) {
  if (compiled.of !== texts) {
    const keys = Object.keys(texts).filter((key) => /\{\d\}/.test(key));
    const fixed = (/** @type {string} */ key) => key.replace(/\{\d\}/g, '').length;
    // What says more of itself is tried first: "{1} cannot be read ({2})." would take almost anything.
    keys.sort((one, other) => fixed(other) - fixed(one));
    compiled = { of: texts, rules: keys.map((key) => ({ pattern: patternOf(key), text: texts[key] })) };
  }
  return compiled.rules;
}

/** @param {string} key */
function patternOf(key) {
  const parts = key.split(/\{\d\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('(.*?)')}$`, 's');
}

/**
 * @param {string} text
 * @param {number} depth
 * @returns {string|null} null when the language has no words for it
 */
function lookUp(text, depth) {
  const texts = language().catalogue.SERVER;
  if (Object.hasOwn(texts, text)) return texts[text];
  if (depth === DEEPEST) return null;
  for (const rule of rulesOf(texts)) {
    const found = rule.pattern.exec(text);
    if (found) return rule.text.replace(/\{(\d)\}/g, (_, place) => filledIn(found[place], depth + 1));
  }
  return bySentences(text, depth);
}

/**
 * @param {string} value a number with English commas, a sentence, or what stays as it is
 * @param {number} depth
 */
function filledIn(value, depth) {
  const size = /^(\d+(?:\.\d)?) ([kMGT]?B)$/.exec(value);
  if (size) return `${number(Number(size[1]))} ${size[2]}`;
  if (/^\d{1,3}(,\d{3})+$/.test(value)) return number(Number(value.replaceAll(',', '')));
  return lookUp(value, depth) ?? value;
}

/**
 * @param {string} text
 * @param {number} depth
 */
function bySentences(text, depth) {
  const parts = text.split(/(?<=[.!?]) (?=\p{Lu})/u);
  if (parts.length < 2) return null;
  const told = parts.map((part) => lookUp(part, depth + 1));
  return told.includes(null) ? null : told.join(' ');
}

/**
 * @param {string|null|undefined} text
 * @returns {string} in our words where there are some
 */
export function said(text) {
  return text ? withDays(lookUp(text, 0) ?? text) : '';
}

/**
 * The server tells moments to the second; people want the day.
 * @param {string} text
 */
function withDays(text) {
  return text.replace(MOMENT, (moment) => date(moment));
}

/**
 * A failure: where the language has no words for its message, those for its code, and the message behind the hint.
 * @param {{code: string, message: string, hint?: string|null}} problem
 * @returns {{message: string, hint: string}}
 */
export function saidProblem({ code, message, hint }) {
  const told = lookUp(message, 0);
  const sentence = told ?? lookUp(SENTENCE_OF[code] ?? '', 0);
  if (told !== null || sentence === null) return { message: withDays(told ?? message), hint: said(hint) };
  return { message: sentence, hint: [said(hint), t('server.verbatim', { message })].filter(Boolean).join(' ') };
}
