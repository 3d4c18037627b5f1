/**
 * Addresses of pictures on CivitAI's media host. Its path is `/{key}/{uuid}/{params}/{name}.{ext}`; the params
 * segment says the width, and widths are snapped up to a few steps (civitai-api.md 6), so we ask for a step.
 */

export const WIDTHS = [96, 320, 450, 512, 800, 1200, 1600, 2200];

/**
 * @param {number} cssWidth width on the page in CSS pixels
 * @param {number} [ratio] device pixels for one CSS pixel
 * @returns {number} the smallest step that is wide enough, else the largest
 */
export function snapWidth(cssWidth, ratio = 1) {
  const wanted = Math.max(1, cssWidth * (ratio > 0 ? ratio : 1));
  return WIDTHS.find((width) => width >= wanted) ?? /** @type {number} */ (WIDTHS.at(-1));
}

/**
 * @param {string} url
 * @param {string} params
 * @param {string} [extension] replaces the one of the name
 * @returns {string} unchanged when the address has no params segment
 */
function withParams(url, params, extension) {
  const [path, query] = splitOnce(url, '?');
  const parts = path.split('/');
  if (parts.length < 5 || !(parts.at(-2) ?? '').includes('=')) return url;
  parts[parts.length - 2] = params;
  const name = parts.at(-1) ?? '';
  if (extension) parts[parts.length - 1] = `${name.replace(/\.[A-Za-z0-9]{2,5}$/, '')}.${extension}`;
  return query === null ? parts.join('/') : `${parts.join('/')}?${query}`;
}

/**
 * @param {string} text
 * @param {string} mark
 * @returns {[string, string|null]}
 */
function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * A still: the picture itself, or the first frame of a video.
 * @param {{url: string, kind?: string|null}} image
 * @param {number} width one of WIDTHS
 * @returns {string}
 */
export function stillUrl(image, width) {
  if (image.kind === 'video') return withParams(image.url, `anim=false,transcode=true,width=${width}`, 'jpeg');
  return withParams(image.url, `width=${width}`);
}

/**
 * A small playable copy of a video.
 * @param {{url: string}} image
 * @param {number} width one of WIDTHS
 * @returns {string}
 */
export function videoUrl(image, width) {
  return withParams(image.url, `transcode=true,width=${Math.min(width, 800)}`, 'mp4');
}

/** What CivitAI's picture addresses call a picture by, whatever the size and host. */
const PICTURE_ID = /\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\//i;

/**
 * @param {string} one
 * @param {string} other
 */
export function isSamePicture(one, other) {
  const id = PICTURE_ID.exec(one)?.[1];
  return one === other || (id !== undefined && id === PICTURE_ID.exec(other)?.[1]);
}
