/**
 * An author's HTML in a frame that can run nothing: no scripts by sandbox, nothing loaded but CivitAI's pictures by
 * its own policy (ui.md 5). The server cleans the HTML as well; each layer is enough alone.
 */

import { h } from './dom.mjs';
import { pictureSource } from './pictures.mjs';
import { t } from './strings.mjs';

/** What pictures depend on: those of the model, the settings, and the base of our own routes. @typedef {{pictures: string[], config: import('./config.mjs').Config, base: string}} Origin */

const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';
const PICTURES = 'https://*.civitai.com https://*.civitai.red https://*.civitai.green';
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Taller than this, a description is folded. CSS pixels. */
const FOLDED = 260;

/**
 * Where pictures may come from: CivitAI, and the catalogue on this machine that the model's own pictures come from.
 * No other address of this machine: an author must not make the browser ask what else runs here.
 * @param {string[]} pictures addresses of the model's pictures
 * @returns {string}
 */
export function pictureSources(pictures) {
  const local = pictures.flatMap((address) => {
    const url = URL.canParse(address) ? new URL(address) : null;
    return url && LOOPBACK.test(url.hostname) && url.origin !== window.location.origin ? [url.origin] : [];
  });
  return [PICTURES, ...new Set(local)].join(' ');
}

/**
 * The same HTML with pictures that the local program fetches; what it would not fetch is left out.
 * @param {string} html
 * @param {Origin} origin
 * @returns {string}
 */
export function withOwnPictures(html, { config, base }) {
  const parsed = new DOMParser().parseFromString(html, 'text/html'); // nothing in it is loaded or run
  for (const image of parsed.querySelectorAll('img')) {
    const source = pictureSource(image.getAttribute('src') ?? '', config, base);
    if (source) image.setAttribute('src', new URL(source, window.location.href).href);
    else image.remove();
  }
  return new XMLSerializer().serializeToString(parsed.body);
}

/**
 * @param {CSSStyleDeclaration} theme
 * @returns {string}
 */
function styleFor(theme) {
  const text = theme.getPropertyValue('--cd-text') || 'CanvasText';
  const line = theme.getPropertyValue('--cd-line') || 'GrayText';
  return [
    `:root{color-scheme:${theme.colorScheme || 'normal'}}`,
    `html,body{margin:0;background:transparent;color:${theme.color};font:${theme.fontSize}/1.55 ${theme.fontFamily.replaceAll('<', '')}}`,
    'body{overflow:hidden;overflow-wrap:anywhere;padding:1px 0}',
    'body>:first-child{margin-top:0}body>:last-child{margin-bottom:0}p{margin:.6em 0}',
    'h1,h2,h3,h4,h5,h6{font-size:1.05em;font-weight:600;margin:1.1em 0 .4em}ul,ol{padding-left:1.4em;margin:.5em 0}',
    'img{max-width:100%;height:auto;border-radius:8px}a{color:inherit;text-decoration:underline;text-underline-offset:2px}',
    `code,pre{font-family:ui-monospace,monospace;font-size:.92em;background:color-mix(in srgb,${text} 8%,transparent);border-radius:4px;padding:.1em .3em}`,
    'pre{padding:.6em .8em;white-space:pre-wrap}',
    `blockquote{margin:.6em 0;padding-left:.8em;border-left:3px solid ${line}}hr{border:0;border-top:1px solid ${line}}`,
    `table{border-collapse:collapse;max-width:100%}td,th{border:1px solid ${line};padding:.3em .5em;text-align:left}`,
  ].join('');
}

/**
 * @param {string} html
 * @param {CSSStyleDeclaration} theme
 * @param {string} sources where pictures may come from
 * @returns {string} a whole document
 */
export function frameDocument(html, theme, sources) {
  const policy = `default-src 'none'; img-src ${sources}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html><html><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="referrer" content="no-referrer"><base target="_blank">',
    `<style>${styleFor(theme)}</style></head><body>`,
    html,
    '</body></html>',
  ].join('');
}

/**
 * @param {string} html cleaned by the server
 * @param {HTMLElement} home an element of the tab, for its theme
 * @param {Origin} origin
 * @returns {HTMLElement}
 */
export function description(html, home, origin) {
  const frame = h('iframe', {
    class: 'description-frame',
    sandbox: SANDBOX,
    title: t('drawer.descriptionFrame'),
    referrerpolicy: 'no-referrer',
    scrolling: 'no',
  });
  const more = h(
    'button',
    { type: 'button', class: 'link-button', hidden: true, 'aria-expanded': 'false' },
    t('drawer.moreText'),
  );
  const box = h('div', { class: 'description' }, frame);
  more.addEventListener('click', () => {
    const open = box.toggleAttribute('data-open');
    more.setAttribute('aria-expanded', String(open));
    more.textContent = t(open ? 'drawer.lessText' : 'drawer.moreText');
  });
  frame.addEventListener('load', () =>
    fit(frame, (height) => {
      box.style.setProperty('--full', `${height}px`);
      const folded = height > FOLDED + 60;
      box.toggleAttribute('data-folds', folded);
      more.hidden = !folded;
    }),
  );
  const isFetchedHere = origin.config.pictures === 'local';
  frame.srcdoc = frameDocument(
    isFetchedHere ? withOwnPictures(html, origin) : html,
    window.getComputedStyle(home),
    isFetchedHere ? new URL(`${origin.base}picture`, window.location.href).href : pictureSources(origin.pictures),
  );
  return h('div', { class: 'description-box' }, box, more);
}

/**
 * Gives the frame the height of what is in it, again when pictures have come.
 * @param {HTMLIFrameElement} frame
 * @param {(height: number) => void} tell
 */
function fit(frame, tell) {
  const body = frame.contentDocument?.body;
  if (!body) return;
  const measure = () => {
    const height = Math.ceil(body.getBoundingClientRect().height) + 2;
    frame.style.height = `${height}px`;
    tell(height);
  };
  measure();
  new ResizeObserver(measure).observe(body);
}

/**
 * Is there anything to read in this HTML?
 * @param {string|null|undefined} html
 * @returns {html is string}
 */
export function hasWords(html) {
  return Boolean(html && (html.replace(/<[^>]*>/g, '').trim() || /<img/i.test(html)));
}
