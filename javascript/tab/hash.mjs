/**
 * The view in the address: `#cb=browse&q=…`. The page belongs to the host, so what it keeps in the hash stays
 * there: only `cb` and, behind it, the keys we know are ours. Pure.
 */

import { checked, DEFAULT_SORT, emptyFilters } from './filters.mjs';

/** @typedef {import('./filters.mjs').Filters} Filters */
/** @typedef {'browse'|'library'|'missing'|'downloads'|'settings'} ViewName */
/** @typedef {{view: ViewName, filters: Filters, model: number|null, version: number|null, file: string}} ViewState file: path of one here, '' for none */

/** @type {ViewName[]} */
export const VIEWS = ['browse', 'library', 'missing', 'downloads', 'settings'];

/** @returns {ViewState} */
export function startState() {
  return { view: 'browse', filters: emptyFilters(), model: null, version: null, file: '' };
}

/**
 * @param {string} hash with or without `#`
 * @returns {{foreign: string[], own: string[]|null}} own is null when the hash says nothing about us
 */
function split(hash) {
  const parts = hash.replace(/^#/, '').split('&').filter(Boolean);
  const start = parts.findIndex((part) => part.startsWith('cb='));
  if (start < 0) return { foreign: parts, own: null };
  const foreign = parts.slice(0, start);
  const own = [parts[start]];
  for (const part of parts.slice(start + 1)) (Object.hasOwn(READ, part.split('=')[0]) ? own : foreign).push(part);
  return { foreign, own };
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** @param {string} text */
function idOf(text) {
  const id = Number(text);
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** How each of our keys is read. @type {Record<string, (state: ViewState, value: string) => void>} */
const READ = {
  cb: (state, value) => {
    state.view = VIEWS.find((name) => name === value) ?? 'browse';
  },
  q: ({ filters }, value) => {
    filters.text = value;
  },
  by: ({ filters }, value) => {
    filters.creator = value;
  },
  tag: ({ filters }, value) => {
    filters.tag = value;
  },
  ref: ({ filters }, value) => {
    filters.reference = value;
  },
  type: ({ filters }, value) => filters.types.push(value),
  base: ({ filters }, value) => filters.bases.push(value),
  sort: ({ filters }, value) => {
    filters.sort = value || DEFAULT_SORT;
  },
  period: ({ filters }, value) => {
    filters.period = value;
  },
  level: ({ filters }, value) => {
    filters.level = /** @type {Filters['level']} */ (value);
  },
  early: ({ filters }, value) => {
    filters.early = /** @type {Filters['early']} */ (value);
  },
  kind: ({ filters }, value) => {
    filters.kind = /** @type {Filters['kind']} */ (value);
  },
  format: ({ filters }, value) => filters.formats.push(value),
  hide: ({ filters }, value) => {
    filters.hideInstalled = value === '1';
  },
  m: (state, value) => {
    state.model = idOf(value);
  },
  v: (state, value) => {
    state.version = idOf(value);
  },
  file: (state, value) => {
    state.file = value;
  },
};

/**
 * @param {string} hash
 * @returns {ViewState|null} null when the hash says nothing about us
 */
export function readHash(hash) {
  const { own } = split(hash);
  if (!own) return null;
  const state = startState();
  for (const part of own) {
    const at = part.indexOf('=');
    READ[at < 0 ? part : part.slice(0, at)](state, at < 0 ? '' : decoded(part.slice(at + 1)));
  }
  return { ...state, filters: checked(state.filters) };
}

/**
 * @param {ViewState} state
 * @returns {string[]}
 */
function ownParts(state) {
  const { filters } = state;
  const parts = [`cb=${state.view}`];
  /** @param {string} key @param {string|number|null} value */
  const add = (key, value) => value && parts.push(`${key}=${encodeURIComponent(String(value))}`);
  add('q', filters.text);
  add('by', filters.creator);
  add('tag', filters.tag);
  add('ref', filters.reference);
  for (const value of filters.types) add('type', value);
  for (const value of filters.bases) add('base', value);
  if (filters.sort !== DEFAULT_SORT) add('sort', filters.sort);
  add('period', filters.period);
  add('level', filters.level);
  add('early', filters.early);
  add('kind', filters.kind);
  for (const value of filters.formats) add('format', value);
  add('hide', filters.hideInstalled ? 1 : null);
  add('m', state.model);
  add('v', state.version);
  add('file', state.file);
  return parts;
}

/**
 * @param {string} hash the hash as it is
 * @param {ViewState|null} state null takes our part out
 * @returns {string} the new hash, with `#`, or '' when nothing is left
 */
export function writeHash(hash, state) {
  const parts = [...split(hash).foreign, ...(state ? ownParts(state) : [])];
  return parts.length ? `#${parts.join('&')}` : '';
}
