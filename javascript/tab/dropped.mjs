/** What a person drops, pastes or opens, as what can be looked into. */

import { ApiError } from './api.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./look.mjs').Given} Given */
/** @typedef {{code: string, message: string, hint: string}} Refusal */

/** The server takes no larger pictures and texts. */
export const MOST_PICTURE = 32 * 1024 * 1024;
export const MOST_TEXT = 8 * 1024 * 1024;

const PICTURES = /^image\/(?:png|jpeg|webp)$/;
const PICTURE_NAMES = /\.(?:png|jpe?g|webp)$/i;
const TEXT_NAMES = /\.(?:json|txt)$/i;

/** For the file button. */
export const ACCEPTED = 'image/png,image/jpeg,image/webp,application/json,text/plain,.json,.txt';

/**
 * @param {string} text
 * @param {string} [name]
 * @returns {Given}
 */
export function givenText(text, name = '') {
  return { text, file: null, name, url: '' };
}

/**
 * The first of what came that can be looked into: files before texts.
 * @param {DataTransfer|null} data
 * @returns {File|string|null}
 */
export function firstOf(data) {
  if (!data) return null;
  const file = data.files[0];
  if (file) return file;
  return data.getData('text/plain').trim() || data.getData('text/uri-list').trim() || null;
}

/**
 * @param {File} file
 * @returns {'picture'|'text'|null} null for what cannot be looked into
 */
export function kindOf({ type, name }) {
  if (PICTURES.test(type) || PICTURE_NAMES.test(name)) return 'picture';
  return type.startsWith('text/') || type === 'application/json' || TEXT_NAMES.test(name) ? 'text' : null;
}

/**
 * @param {File} file
 * @returns {Refusal|null} why it cannot be looked into
 */
export function refusalOf(file) {
  const kind = kindOf(file);
  if (!kind) return { code: 'unreadable_picture', message: t('missing.otherFile'), hint: t('missing.otherFileHint') };
  if (file.size <= (kind === 'picture' ? MOST_PICTURE : MOST_TEXT)) return null;
  const most = kind === 'picture' ? '32 MB' : '8 MB';
  return { code: 'too_large', message: t('missing.tooLarge', { most }), hint: t('missing.tooLargeHint') };
}

/**
 * @param {File} file that is not refused
 * @returns {Promise<Given>} throws what the browser says of a file that cannot be read
 */
export async function givenFile(file) {
  if (kindOf(file) === 'text') return givenText(decoded(await file.arrayBuffer()), file.name);
  return { text: '', file, name: file.name, url: URL.createObjectURL(file) };
}

/**
 * @param {ArrayBuffer} content
 * @returns {string} UTF-8, or UTF-16 with its mark, as Windows' shell writes it
 */
export function decoded(content) {
  const [first, second] = new Uint8Array(content.slice(0, 2));
  const isUtf16 = first === 0xff && second === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(content);
}

/**
 * What the server is sent. A picture is read from its file each time, so that none of its megabytes is kept.
 * @param {Given} given
 * @returns {Promise<{text: string}|{image: string}>} throws an `ApiError` where the file can be read no more
 */
export async function bodyOf({ text, file, name }) {
  if (!file) return { text };
  try {
    return { image: await base64(file) };
  } catch (error) {
    const hint = error instanceof Error ? error.message : String(error);
    throw new ApiError('unreadable_picture', t('missing.unreadable', { name }), { hint, status: 422 });
  }
}

/**
 * @param {File} file
 * @returns {Promise<string>}
 */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result).replace(/^[^,]*,/, '')));
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
