/** What a creator allows, in words. Pure. Reads the contract's keys and CivitAI's own. */

/** @typedef {'yes'|'no'|'must'} Allowed */
/** @typedef {{text: string, allowed: Allowed}} Term */

/** @type {Array<[string, string]>} */
const COMMERCIAL = [
  ['Image', 'licence.sellImages'],
  ['RentCivit', 'licence.rentCivit'],
  ['Rent', 'licence.rent'],
  ['Sell', 'licence.sell'],
];

/**
 * @param {Record<string, unknown>} licence
 * @param {string[]} names
 * @returns {unknown} the first that is known
 */
function pick(licence, names) {
  for (const name of names) if (licence[name] !== undefined && licence[name] !== null) return licence[name];
  return null;
}

/**
 * @param {unknown} value a list, one word, or a list in braces as CivitAI once sent it
 * @returns {string[]|null}
 */
function words(value) {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'string') return null;
  return value
    .replace(/[{}]/g, '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

/**
 * @param {unknown} value
 * @param {string} text
 * @returns {Term[]} nothing when it is not known
 */
function term(value, text) {
  return value === null ? [] : [{ text, allowed: value ? 'yes' : 'no' }];
}

/**
 * @param {string[]|null} uses
 * @returns {Term[]}
 */
function commercialTerms(uses) {
  if (!uses) return [];
  const given = new Set(uses);
  if (given.has('Rent')) given.add('RentCivit');
  return COMMERCIAL.flatMap(([word, text]) => term(given.has(word), text));
}

/**
 * @param {Record<string, unknown>|null|undefined} licence
 * @returns {Term[]} keys of texts with what is allowed; nothing for what is not known
 */
export function licenceTerms(licence) {
  if (!licence) return [];
  const free = pick(licence, ['no_credit', 'allow_no_credit', 'allowNoCredit']);
  /** @type {Term} */
  const credit = free ? { text: 'licence.noCredit', allowed: 'yes' } : { text: 'licence.credit', allowed: 'must' };
  return [
    ...(free === null ? [] : [credit]),
    ...commercialTerms(words(pick(licence, ['commercial_use', 'allow_commercial_use', 'allowCommercialUse']))),
    ...term(pick(licence, ['derivatives', 'allow_derivatives', 'allowDerivatives']), 'licence.derivatives'),
    ...term(
      pick(licence, ['different_license', 'allow_different_license', 'allowDifferentLicense']),
      'licence.relicense',
    ),
  ];
}
