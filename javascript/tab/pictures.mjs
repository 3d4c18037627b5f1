/**
 * Where the tab loads a picture from: CivitAI itself or, where the setting says so, the local program, which fetches
 * and keeps it. Whatever an answer names, nobody but CivitAI's hosts and our own server is asked. Pure.
 */

/** @typedef {import('./config.mjs').Config} Config */

const SITES = ['civitai.com', 'civitai.red', 'civitai.green'];
const LOOPBACK = /^(localhost|[\w-]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * @param {unknown} address
 * @returns {boolean} is it on this machine?
 */
function isLoopback(address) {
  return typeof address === 'string' && URL.canParse(address) && LOOPBACK.test(new URL(address).hostname);
}

/**
 * @param {URL} url
 * @param {Config} config
 * @returns {boolean}
 */
function isCivitai(url, config) {
  if (url.username || url.password) return false;
  if (isLoopback(config.values.civitai_api_url) && isLoopback(url.href)) return true;
  const known = SITES.some((site) => url.hostname === site || url.hostname.endsWith(`.${site}`));
  return known && url.protocol === 'https:' && url.port === '';
}

/**
 * @param {string} address of a picture or video
 * @param {Config} config
 * @param {string} base of our own routes, with a slash at its end
 * @returns {string} what to load, or '' for nothing: a stranger's picture, or the setting is not known yet
 */
export function pictureSource(address, config, base) {
  if (address.startsWith(`${base}local-preview?`)) return address;
  if (config.pictures === 'unknown' || !URL.canParse(address) || !isCivitai(new URL(address), config)) return '';
  return config.pictures === 'local' ? `${base}picture?url=${encodeURIComponent(address)}` : address;
}

/**
 * @param {string} source
 * @param {string} base of our own routes
 * @returns {boolean} does the local program have to fetch it?
 */
export function isFetchedHere(source, base) {
  return source.startsWith(`${base}picture?`);
}
