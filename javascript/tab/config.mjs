/** What the server's settings mean for the tab. Tolerant of their shape. Pure. */

import { isLevel } from './levels.mjs';

/** @typedef {import('./types.mjs').LevelWord} LevelWord */
/** @typedef {import('./types.mjs').Descriptor} Descriptor */
/** How pictures come; 'unknown' until the settings were read. @typedef {'unknown'|'direct'|'local'} PictureWay */
/** @typedef {{values: Record<string, unknown>, descriptors: Descriptor[], hasKey: boolean, level: LevelWord, blur: LevelWord,
 *   infiniteScroll: boolean, pictures: PictureWay, hiddenCreators: ReadonlySet<string>}} Config `hiddenCreators` in lower case */

export const API_KEY = 'civitai_api_key';
export const HIDDEN_CREATORS = 'civitai_hidden_creators';

/**
 * @param {unknown} key `{set: boolean}`, or the boolean itself
 * @returns {boolean}
 */
function isSet(key) {
  if (key && typeof key === 'object') return Boolean(/** @type {{set?: unknown}} */ (key).set);
  return key === true;
}

/**
 * @param {any} answer of `GET settings` or `POST settings`
 * @param {Config|null} [known] what was known before; descriptors do not come with every answer
 * @returns {Config}
 */
export function readConfig(answer, known = null) {
  const nested = answer?.settings && typeof answer.settings === 'object' ? answer.settings : null;
  const { descriptors, settings: _settings, ...plain } = answer ?? {};
  const values = { ...known?.values, ...(nested ?? plain) };
  return {
    values,
    descriptors: Array.isArray(descriptors) ? descriptors : (known?.descriptors ?? []),
    hasKey: isSet(values[API_KEY]),
    level: isLevel(values.civitai_nsfw_level) ? values.civitai_nsfw_level : 'None',
    blur: isLevel(values.civitai_nsfw_blur) ? values.civitai_nsfw_blur : 'Soft',
    pictures: Object.keys(values).length === 0 ? 'unknown' : values.civitai_pictures === 'local' ? 'local' : 'direct',
    infiniteScroll: values.civitai_infinite_scroll !== false,
    hiddenCreators: new Set(creatorsIn(values[HIDDEN_CREATORS]).map((name) => name.toLowerCase())),
  };
}

/**
 * @param {unknown} text the setting
 * @returns {string[]} names as they were written
 */
function creatorsIn(text) {
  const parts = typeof text === 'string' ? text.split(/[,;]/) : [];
  return parts.map((part) => part.trim().replace(/^@/, '')).filter(Boolean);
}

/**
 * The setting with one more creator in it.
 * @param {unknown} text
 * @param {string} creator
 * @returns {string}
 */
export function withCreator(text, creator) {
  return [withoutCreator(text, creator), creator].filter(Boolean).join(', ');
}

/**
 * The setting without a creator.
 * @param {unknown} text
 * @param {string} creator
 * @returns {string}
 */
export function withoutCreator(text, creator) {
  const kept = creatorsIn(text).filter((name) => name.toLowerCase() !== creator.toLowerCase());
  return kept.join(', ');
}

/** @type {Array<[string, RegExp]>} */
const GROUPS = [
  ['account', /api_key$/],
  ['content', /nsfw|scroll|card_blur|hidden_/],
  ['downloads', /download|connections|bandwidth|folder|pause_while|generating/],
  ['network', /picture|url|proxy|ca_|ca$|hosts|cache/],
  ['library', /sync|preview|sidecar|hash|library|card_/],
];

/**
 * @param {string} key
 * @returns {string} account, content, downloads, library, network or other
 */
export function groupOfSetting(key) {
  if (/download_preview/.test(key)) return 'library';
  if (/download_hosts/.test(key)) return 'network';
  return GROUPS.find(([, pattern]) => pattern.test(key))?.[0] ?? 'other';
}
