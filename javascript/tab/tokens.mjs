/**
 * What stands in the search box, taken apart: words, `@creator`, `#tag` or `#"two words"`, and what names one thing
 * (a CivitAI link, an AIR, an id, a hash). The server reads the same forms by itself; here they become chips. Pure.
 */

/** @typedef {{text: string, creator: string, tag: string, reference: string}} Tokens */

/** CivitAI's pages under all their names. */
const SITE = /^(?:https?:\/\/)?(?:(?:www|api)\.)?civitai(?:red)?\.(?:com|red|green)\//i;
const ADDRESS = /^https?:\/\/\S+$/i;
/** A catalogue on this machine, whose addresses are CivitAI's too. */
const HERE = /^https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])[:/]/i;
/** `urn:air:sdxl:lora:civitai:12@34` and its short forms down to `civitai:12`. */
const AIR = /^(?:urn:)?(?:air:)?(?:[a-z0-9_.-]+:){0,2}civitai:(\d{1,10})(?:@(\d{1,10}))?(?::[\w.-]+)?(?:\.[a-z]+)?$/i;
const SHORT_HASH = /^(?:0x)?(?:[0-9a-f]{8}|[0-9a-f]{10}|[0-9a-f]{12})$/i;
const LONG_HASH = /^(?:0x)?[0-9a-f]{64}$/i;
const ID = /^\d{1,10}$/;
const MODEL_PATH = /\/models\/(\d+)(?:[/?#]|$)/;
const VERSION_PATH = /\/(?:download\/models|model-versions(?:\/mini)?)\/(\d+)(?:[/?#]|$)/;
const HASH_PATH = /\/by-hash\/([0-9a-f]+)/i;
/** A word, or a mark with words in quotes behind it. */
const WORD = /[@#]"[^"]+"(?!\S)|\S+/g;
const MARKED = /^([@#])(?:"([^"]+)"|([^\s@#"]+))$/;
const SHOWN_DIGITS = 12;

/**
 * Does a word name one thing wherever it stands: a link, an AIR or a whole SHA256?
 * @param {string} word
 * @returns {boolean}
 */
function namesOne(word) {
  return ADDRESS.test(word) || SITE.test(word) || AIR.test(word) || LONG_HASH.test(word);
}

/**
 * Does a text name one thing: a link, an AIR, a hash or an id? An id or a short hash does only alone: among other
 * words it may be one of them. A hash without any digit is rather a word.
 * @param {string} text
 * @returns {boolean}
 */
export function isReference(text) {
  return namesOne(text) || ID.test(text) || (SHORT_HASH.test(text) && /\d/.test(text));
}

/**
 * A link to the page of a creator or a tag, as the mark that means the same.
 * @param {string} word
 * @returns {{mark: string, value: string}|null}
 */
function pageOf(word) {
  const found = SITE.test(word) ? /\/(user|tag)\/([^/?#]+)/.exec(word) : null;
  if (!found) return null;
  try {
    return { mark: found[1] === 'user' ? '@' : '#', value: decodeURIComponent(found[2]) };
  } catch {
    return { mark: found[1] === 'user' ? '@' : '#', value: found[2] };
  }
}

/**
 * @param {string} word
 * @returns {{mark: string, value: string}|null} what a word says beside the text; of a tag's `_` a space is made
 */
function markOf(word) {
  const page = pageOf(word);
  if (page) return page;
  if (namesOne(word)) return { mark: '', value: word };
  const found = MARKED.exec(word);
  if (!found) return null;
  if (found[2]) return { mark: found[1], value: found[2].trim() };
  return { mark: found[1], value: found[1] === '#' ? found[3].replaceAll('_', ' ') : found[3] };
}

/**
 * @param {string} typed
 * @param {'typing'|'done'} moment while typing, a last word without a space behind it is not finished
 * @returns {Tokens} the last one of each kind counts; nothing of the other words is lost
 */
export function readTokens(typed, moment) {
  /** @type {Tokens} */
  const result = { text: '', creator: '', tag: '', reference: '' };
  const words = typed.match(WORD) ?? [];
  const open = moment === 'typing' && !/\s$/.test(typed) ? words.length - 1 : -1;
  const rest = words.filter((word, index) => {
    const found = index === open ? null : markOf(word.replace(/^[<'`]+|[>'`]+$/g, ''));
    if (found?.mark === '@') result.creator = found.value;
    else if (found?.mark === '#') result.tag = found.value;
    else if (found) result.reference = found.value;
    return !found;
  });
  if (rest.length === 1 && open < 0 && isReference(rest[0])) result.reference = /** @type {string} */ (rest.pop());
  result.text = rest.join(' ');
  return result;
}

/**
 * The reverse of `readTokens`: one line that says all of it.
 * @param {Tokens} tokens
 * @returns {string}
 */
export function lineOf({ text, creator, tag, reference }) {
  /** @param {string} mark @param {string} value */
  const marked = (mark, value) => value && (/[\s_@#]/.test(value) ? `${mark}"${value}"` : mark + value);
  return [text, marked('@', creator), marked('#', tag), reference].filter(Boolean).join(' ');
}

/**
 * @param {string} reference
 * @returns {number|null} the version that it points to
 */
export function versionIn(reference) {
  const found = /[?&]modelVersionId=(\d+)/.exec(reference) ?? VERSION_PATH.exec(reference);
  const version = found?.[1] ?? AIR.exec(reference)?.[2];
  return version ? Number(version) : null;
}

/** @typedef {{kind: 'model'|'version'|'hash'|'id'|'link', value: string}} Named */

/**
 * What a reference names, for the words on its chip. The most exact part of it counts.
 * @param {string} reference
 * @returns {Named}
 */
export function namedBy(reference) {
  const isElsewhere = ADDRESS.test(reference) && !SITE.test(reference) && !HERE.test(reference);
  if (isElsewhere) return { kind: 'link', value: shortLink(reference) };
  const version = versionIn(reference);
  if (version) return { kind: 'version', value: String(version) };
  const model = AIR.exec(reference)?.[1] ?? MODEL_PATH.exec(reference)?.[1];
  if (model) return { kind: 'model', value: model };
  if (ID.test(reference)) return { kind: 'id', value: reference };
  const hash =
    HASH_PATH.exec(reference)?.[1] ?? (LONG_HASH.test(reference) || SHORT_HASH.test(reference) ? reference : '');
  if (hash) return { kind: 'hash', value: hash.slice(0, SHOWN_DIGITS) + (hash.length > SHOWN_DIGITS ? '…' : '') };
  return { kind: 'link', value: shortLink(reference) };
}

/** @param {string} address */
function shortLink(address) {
  return address.replace(/^https?:\/\//i, '');
}
