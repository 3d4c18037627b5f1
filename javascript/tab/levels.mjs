/** CivitAI's rating bits and the four words of the settings (design 8: the words admit 1, 3, 7, 31). */

/** @typedef {import('./types.mjs').LevelWord} LevelWord */

/** @type {Record<LevelWord, number>} */
const MASKS = { None: 1, Soft: 3, Mature: 7, X: 31 };

/** @type {LevelWord[]} */
export const LEVELS = ['None', 'Soft', 'Mature', 'X'];

/**
 * @param {unknown} word
 * @returns {word is LevelWord}
 */
export function isLevel(word) {
  return typeof word === 'string' && LEVELS.includes(/** @type {LevelWord} */ (word));
}

/**
 * Is a picture above a level? An unrated picture (0 or unknown) counts as above all but the highest.
 * @param {number|null|undefined} bits
 * @param {LevelWord} word
 * @returns {boolean}
 */
export function isAbove(bits, word) {
  if (!bits) return word !== 'X';
  return (bits & ~MASKS[word]) !== 0;
}

/**
 * The levels a person may pick: up to the level of the settings, because a higher word counts as that one.
 * @param {LevelWord} ceiling
 * @returns {LevelWord[]}
 */
export function levelsUpTo(ceiling) {
  return LEVELS.slice(0, LEVELS.indexOf(ceiling) + 1);
}
