/** Small things a browser remembers for us. One that forbids storage, or has no room, remembers them for this page. */

/** What could not be stored, by kind and key. @type {Map<string, string>} */
const kept = new Map();

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
  const own = kept.get(`${kind} ${key}`);
  if (own !== undefined) return own;
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
  const name = `${kind} ${key}`;
  kept.set(name, value);
  try {
    const store = storage(kind);
    store?.setItem(`civitdock.${key}`, value);
    if (store) kept.delete(name);
  } catch {
    // Full or forbidden: it stays in `kept`.
  }
}

/**
 * @param {string} key
 * @returns {any[]} a list that was remembered as JSON; empty where there is none, or something else stands there
 */
export function recallList(key) {
  try {
    const found = JSON.parse(recall('local', key) ?? '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}
