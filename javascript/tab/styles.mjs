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
  'drawer.css',
  'gallery.css',
  'lightbox.css',
  'downloads.css',
  'send.css',
  'panels.css',
  'forms.css',
];

/** @type {Promise<string[]>|null} */
let texts = null;

/** @returns {Promise<string[]>} */
function load() {
  return Promise.all(
    FILES.map(async (name) => {
      const answer = await fetch(new URL(name, import.meta.url), { credentials: 'same-origin' });
      if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
      return answer.text();
    }),
  );
}

/**
 * @param {ShadowRoot} root
 * @returns {Promise<void>} throws when a sheet cannot be had
 */
export async function applyStyles(root) {
  texts ??= load();
  try {
    root.adoptedStyleSheets = (await texts).map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
  } catch (error) {
    texts = null;
    throw error;
  }
}
