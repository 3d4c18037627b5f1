/** Small things a browser remembers for us. A browser that forbids storage just forgets. */

/**
 * @param {'local'|'session'} kind
 * @returns {Storage|null}
 */
function storage(kind) {
  try {
    return kind === 'local' ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

/**
 * @param {'local'|'session'} kind
 * @param {string} key
 * @returns {string|null}
 */
export function recall(kind, key) {
  try {
    return storage(kind)?.getItem(`civitdock.${key}`) ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {'local'|'session'} kind
 * @param {string} key
 * @param {string} value
 */
export function remember(kind, key, value) {
  try {
    storage(kind)?.setItem(`civitdock.${key}`, value);
  } catch {
    // Full or forbidden: nothing depends on it.
  }
}
