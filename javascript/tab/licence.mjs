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
 * @param {Record<string, unknown>|null|undefined} licence
 * @returns {Term[]} keys of texts with what is allowed; nothing for what is not known
 */
export function licenceTerms(licence) {
  if (!licence) return [];
  /** @type {Term[]} */
  const terms = [];
  const free = pick(licence, ['no_credit', 'allow_no_credit', 'allowNoCredit']);
  if (free !== null)
    terms.push(free ? { text: 'licence.noCredit', allowed: 'yes' } : { text: 'licence.credit', allowed: 'must' });
  const uses = words(pick(licence, ['commercial_use', 'allow_commercial_use', 'allowCommercialUse']));
  for (const [word, text] of uses ? COMMERCIAL : []) {
    const given = uses?.includes(word) || (word === 'RentCivit' && uses?.includes('Rent'));
    terms.push({ text, allowed: given ? 'yes' : 'no' });
  }
  const derivatives = pick(licence, ['derivatives', 'allow_derivatives', 'allowDerivatives']);
  if (derivatives !== null) terms.push({ text: 'licence.derivatives', allowed: derivatives ? 'yes' : 'no' });
  const other = pick(licence, ['different_license', 'allow_different_license', 'allowDifferentLicense']);
  if (other !== null) terms.push({ text: 'licence.relicense', allowed: other ? 'yes' : 'no' });
  return terms;
}
