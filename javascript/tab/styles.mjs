/** The style sheets of the shadow root, fetched once beside this module. */

const FILES = [
  'base.css',
  'controls.css',
  'feedback.css',
  'browse.css',
  'cards.css',
  'library.css',
  'locals.css',
  'localdetails.css',
  'filing.css',
  'drawer.css',
  'gallery.css',
  'lightbox.css',
  'missing.css',
  'downloads.css',
  'send.css',
  'panels.css',
  'hostlayer.css',
  'forms.css',
];

/** @type {Promise<string[]>|null} */
let texts = null;

/** @param {string} name @returns {Promise<string>} throws when it cannot be had */
async function textOf(name) {
  const answer = await fetch(new URL(name, import.meta.url), { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
  return answer.text();
}

/** @param {string} text */
function sheetOf(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
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
 * @returns {Promise<void>} throws when a sheet cannot be had
 */
export async function applyStyles(root) {
  texts ??= Promise.all(FILES.map(textOf));
  try {
    root.adoptedStyleSheets = (await texts).map(sheetOf);
  } catch (error) {
    texts = null;
    throw error;
  }
}
