/** The shape of a catalogue, as types: `tsc` refuses a language that lacks a key or a placeholder. Nothing here runs. */

/**
 * The names in braces of a text.
 * @template {string} Text
 * @typedef {Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never} Holes
 */

/** @typedef {typeof import('./en.mjs').TEXTS} English */

/**
 * Every text of English with the same placeholders. A language may add the plural forms that English lacks.
 * @template {Record<keyof English, string>} Own
 * @typedef {{[Key in keyof English]: [Holes<Own[Key]>, Holes<English[Key]>] extends
 *   [Holes<English[Key]>, Holes<Own[Key]>] ? string : {placeholders: Holes<English[Key]>}}} SameHoles
 */

/** @typedef {Record<string, string>} Texts */
/** @typedef {{TEXTS: Readonly<Texts>, SERVER: Readonly<Texts>}} Language `SERVER`: see `servertext.mjs` */

export {};
