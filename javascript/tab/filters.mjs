/** What Browse asks for: the filter state, its chips, its request body. Pure. */

import { isLevel } from './levels.mjs';

/** @typedef {import('./types.mjs').LevelWord} LevelWord */
/** @typedef {''|'hide'|'only'} EarlyChoice */
/** @typedef {''|'Trained'|'Merge'} CheckpointKind */

/**
 * @typedef {object} Filters
 * @property {string} text
 * @property {string} creator
 * @property {string} tag
 * @property {string} reference a link, AIR, id or hash: the one thing that is looked for, whatever the text says
 * @property {string[]} types
 * @property {string[]} bases
 * @property {string} sort
 * @property {string} period '' lets the tab choose: the week while browsing, all time while searching
 * @property {LevelWord|''} level '' means the level of the settings
 * @property {EarlyChoice} early '' shows versions that must still be bought among the others
 * @property {CheckpointKind} kind of checkpoints; without types nothing but checkpoints is asked for
 * @property {string[]} formats of files
 * @property {boolean} hideInstalled
 */

/** @typedef {'text'|'creator'|'tag'|'reference'|'types'|'bases'|'sort'|'period'|'level'|'early'|'kind'|'formats'|'hideInstalled'} FilterKey */
/** @typedef {{key: FilterKey, value: string}} Chip */

/** @type {EarlyChoice[]} */
export const EARLY_CHOICES = ['', 'hide', 'only'];

/** @type {CheckpointKind[]} */
export const CHECKPOINT_KINDS = ['', 'Trained', 'Merge'];

/** CivitAI's words for what a file is. */
export const FORMATS = ['SafeTensor', 'PickleTensor', 'GGUF', 'Diffusers', 'Core ML', 'ONNX', 'Other'];

export const DEFAULT_SORT = 'Most Downloaded';

/** CivitAI's own words, which it refuses others for. */
export const SORTS = [
  'Highest Rated',
  'Most Downloaded',
  'Most Liked',
  'Most Discussed',
  'Most Collected',
  'Most Images',
  'Newest',
  'Oldest',
];
export const PERIODS = ['AllTime', 'Year', 'Month', 'Week', 'Day'];

/** Periods that a choice left to the tab may take, from narrow to wide. */
export const AUTO_PERIODS = ['Week', 'Month', 'AllTime'];

/** @returns {Filters} */
export function emptyFilters() {
  return {
    text: '',
    creator: '',
    tag: '',
    reference: '',
    types: [],
    bases: [],
    sort: DEFAULT_SORT,
    period: '',
    level: '',
    early: '',
    kind: '',
    formats: [],
    hideInstalled: false,
  };
}

/**
 * Filters that were kept as JSON, perhaps by an older or newer version.
 * @param {any} kept
 * @returns {Filters} whole, in the order that `sameFilters` needs; what does not fit is left out
 */
export function readFilters(kept) {
  const filters = emptyFilters();
  for (const key of /** @type {FilterKey[]} */ (Object.keys(filters))) {
    const value = kept?.[key];
    const list = Array.isArray(filters[key]);
    if (list && Array.isArray(value)) Object.assign(filters, { [key]: value.filter((one) => typeof one === 'string') });
    else if (!list && typeof value === typeof filters[key]) Object.assign(filters, { [key]: value });
  }
  return checked(filters);
}

/**
 * @param {Filters} filters
 * @returns {Filters} without words that the server would refuse
 */
export function checked(filters) {
  return {
    ...filters,
    sort: SORTS.includes(filters.sort) ? filters.sort : DEFAULT_SORT,
    period: PERIODS.includes(filters.period) ? filters.period : '',
    level: isLevel(filters.level) ? filters.level : '',
    early: EARLY_CHOICES.includes(filters.early) ? filters.early : '',
    kind: CHECKPOINT_KINDS.includes(filters.kind) ? filters.kind : '',
    formats: filters.formats.filter((format) => FORMATS.includes(format)),
  };
}

/**
 * The period really asked for.
 * @param {Filters} filters
 * @param {number} [widened] how often an automatic period found nothing and was widened
 * @returns {string}
 */
export function effectivePeriod(filters, widened = 0) {
  if (filters.period) return filters.period;
  if (filters.text || filters.creator || filters.tag || filters.reference) return 'AllTime';
  return AUTO_PERIODS[Math.min(widened, AUTO_PERIODS.length - 1)];
}

/**
 * May an empty answer be asked again with a wider period, without telling?
 * @param {Filters} filters
 * @param {number} widened
 * @returns {boolean}
 */
export function canWiden(filters, widened) {
  return !filters.period && effectivePeriod(filters, widened) !== 'AllTime';
}

/**
 * @param {Filters} filters
 * @param {{limit: number, cursor?: string|null, widened?: number}} page
 * @returns {Record<string, unknown>} the body of `POST search`, without keys that say nothing
 */
export function requestBody(filters, page) {
  /** @type {Record<string, unknown>} */
  const body = { sort: filters.sort, period: effectivePeriod(filters, page.widened), limit: page.limit };
  if (filters.reference || filters.text) body.query = filters.reference || filters.text;
  if (filters.creator) body.creator = filters.creator;
  if (filters.tag) body.tag = filters.tag;
  if (filters.types.length) body.types = filters.types;
  if (filters.bases.length) body.base_models = filters.bases;
  if (filters.level) body.nsfw_level = filters.level;
  if (filters.early) body.early_access = filters.early;
  if (filters.kind) body.checkpoint_kind = filters.kind;
  if (filters.formats.length) body.file_formats = filters.formats;
  if (filters.hideInstalled) body.hide_installed = true;
  if (page.cursor) body.cursor = page.cursor;
  return body;
}

/**
 * Every active filter as something that can be taken away.
 * @param {Filters} filters
 * @returns {Chip[]}
 */
export function chips(filters) {
  /** @type {Chip[]} */
  const found = [];
  if (filters.reference) found.push({ key: 'reference', value: filters.reference });
  if (filters.creator) found.push({ key: 'creator', value: filters.creator });
  if (filters.tag) found.push({ key: 'tag', value: filters.tag });
  for (const value of filters.types) found.push({ key: 'types', value });
  for (const value of filters.bases) found.push({ key: 'bases', value });
  if (filters.sort !== DEFAULT_SORT) found.push({ key: 'sort', value: filters.sort });
  if (filters.period) found.push({ key: 'period', value: filters.period });
  if (filters.level) found.push({ key: 'level', value: filters.level });
  if (filters.early) found.push({ key: 'early', value: filters.early });
  if (filters.kind) found.push({ key: 'kind', value: filters.kind });
  for (const value of filters.formats) found.push({ key: 'formats', value });
  if (filters.hideInstalled) found.push({ key: 'hideInstalled', value: '' });
  return found;
}

/**
 * @param {Filters} filters
 * @param {Chip} chip
 * @returns {Filters} without that chip
 */
export function without(filters, chip) {
  const value = filters[chip.key];
  const left = Array.isArray(value) ? value.filter((one) => one !== chip.value) : emptyFilters()[chip.key];
  return { ...filters, [chip.key]: left };
}

/**
 * Does a search with these filters ask for anything in particular?
 * @param {Filters} filters
 * @returns {boolean}
 */
export function isNarrowed(filters) {
  return !sameFilters(filters, emptyFilters());
}

/**
 * The choices of a list whose first one, '', means `auto`: that value is not listed a second time.
 * @param {string[]} values
 * @param {string} value what is chosen
 * @param {string} auto what '' means just now
 * @returns {{values: string[], value: string}} the choices behind the first, and the one to show as chosen
 */
export function choicesBeside(values, value, auto) {
  return { values: values.filter((one) => one !== auto), value: value === auto ? '' : value };
}

/** @type {Array<'text'|'creator'|'tag'|'reference'>} */
const QUESTION = ['text', 'creator', 'tag', 'reference'];

/**
 * @param {Filters} one
 * @param {Filters} other
 * @returns {boolean}
 */
export function sameFilters(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Is something else looked for, and not the same with other filters?
 * @param {Filters} one
 * @param {Filters} other
 */
export function isOtherSearch(one, other) {
  return QUESTION.some((key) => one[key] !== other[key]);
}

/**
 * Which filters to take away first when nothing was found: the ones that usually remove most.
 * @param {Filters} filters
 * @returns {Chip[]}
 */
export function suspects(filters) {
  /** @type {FilterKey[]} */
  const order = [
    'reference',
    'period',
    'tag',
    'formats',
    'kind',
    'bases',
    'types',
    'early',
    'creator',
    'hideInstalled',
    'level',
  ];
  const found = chips(filters).filter((chip) => chip.key !== 'sort');
  return found.sort((one, other) => order.indexOf(one.key) - order.indexOf(other.key));
}
