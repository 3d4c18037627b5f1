/** Which language the tab speaks, and numbers and dates in it. */

/** Languages with a catalogue of their own in `lang/`. */
export const LANGUAGES = /** @type {const} */ (['en', 'de']);

/** @typedef {typeof LANGUAGES[number]} LanguageCode */

/** @type {Record<LanguageCode, () => Promise<import('./lang/shape.mjs').Language>>} */
const CATALOGUES = { en: () => import('./lang/en.mjs'), de: () => import('./lang/de.mjs') };

/** What people call their language where a host names its localisation by a word. @type {Record<string, LanguageCode>} */
const NAMES = { english: 'en', german: 'de', deutsch: 'de' };

const EMPTY = { TEXTS: {}, SERVER: {} };

/** @type {{code: LanguageCode, locale: string, plurals: Intl.PluralRules, numbers: Intl.NumberFormat,
 *   catalogue: import('./lang/shape.mjs').Language}} */
let now = inUse('en', 'en', EMPTY);

/** The language in use; nothing is in it before the first `useLanguage`. */
export function language() {
  return now;
}

/**
 * The language of a tag (`de-AT`, `de_DE`) or of a name (`German`).
 * @param {string|null|undefined} said
 * @returns {LanguageCode|null} null where it is none of ours
 */
export function languageOf(said) {
  const words = (said ?? '').toLowerCase().split(/[^\p{L}]+/u);
  const named = words.find((word) => word in NAMES);
  if (named) return NAMES[named];
  return LANGUAGES.find((code) => code === words[0]) ?? null;
}

/**
 * The language to speak.
 * @param {unknown} setting `auto` or a language
 * @param {{host?: string|null|undefined, page?: string|null|undefined, browser?: readonly string[]}} said `host` its
 *   localisation, `page` its `<html lang>`, `browser` the languages of the browser, the preferred one first
 * @returns {LanguageCode}
 */
export function chooseLanguage(setting, said) {
  const set = LANGUAGES.find((code) => code === setting);
  if (set) return set;
  if (said.host && said.host !== 'None') return languageOf(said.host) ?? 'en';
  // Gradio writes `en` into every page, whatever the host speaks: only another language says something.
  const page = languageOf(said.page);
  if (page && page !== 'en') return page;
  return languageOf(said.browser?.[0]) ?? 'en';
}

/**
 * Speaks a language from now on; what is drawn already stays as it is.
 * @param {LanguageCode} code
 * @param {readonly string[]} [browser] the browser's languages: one of the same language says how numbers are written
 * @returns {Promise<void>} throws when its catalogue cannot be had; the language is the old one then
 */
export async function useLanguage(code, browser = globalThis.navigator?.languages ?? []) {
  const catalogue = await CATALOGUES[code]();
  const locale = browser.find((tag) => languageOf(tag) === code) ?? code;
  now = inUse(code, locale, catalogue);
}

/**
 * @param {LanguageCode} code
 * @param {string} locale
 * @param {import('./lang/shape.mjs').Language} catalogue
 */
function inUse(code, locale, catalogue) {
  return { code, locale, plurals: new Intl.PluralRules(code), numbers: new Intl.NumberFormat(locale), catalogue };
}
