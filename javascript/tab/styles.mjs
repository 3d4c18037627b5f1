/** The style sheets of the shadow roots, fetched once beside this module. */

/** Of the tab. @type {Promise<string>|null} */
let text = null;

/** @param {string} name @returns {Promise<string>} throws when it cannot be had */
async function textOf(name) {
  const answer = await fetch(new URL(name, import.meta.url), { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
  return answer.text();
}

/** @param {string} rules */
function sheetOf(rules) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  return sheet;
}

/**
 * One sheet, for a shadow root beside the tab's.
 * @param {string} name
 * @returns {Promise<CSSStyleSheet>} throws when it cannot be had
 */
export async function loadSheet(name) {
  return sheetOf(await textOf(name));
}

/**
 * @param {ShadowRoot} root
 * @returns {Promise<void>} throws when the sheet cannot be had
 */
export async function applyStyles(root) {
  text ??= textOf('tab.css');
  try {
    root.adoptedStyleSheets = [sheetOf(await text)];
  } catch (error) {
    text = null;
    throw error;
  }
}
