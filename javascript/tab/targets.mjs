/** What a person typed about the place of a file, and what is asked and sent for it. Pure. */

import { joinPath } from './local.mjs';

/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./typesdownloads.mjs').Choice} Choice */
/** @typedef {import('./typesdownloads.mjs').Target} Target */

/**
 * `root` is the chosen model folder, `folder` the sub-folder in it and `filename` a name with or without its suffix;
 * null where the person left it to us.
 * @typedef {{root: string|null, folder: string|null, filename: string|null}} PlaceTyped
 */

/**
 * @param {string} name
 * @returns {[string, string]} the stem, and the suffix with its dot
 */
export function splitName(name) {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}

/** @param {string} path @returns {string} with forward slashes, and none at its end */
function plain(path) {
  return path.replaceAll('\\', '/').replace(/\/+$/, '');
}

/**
 * A folder as a person reads it: below the model folder that holds it, in full where none does.
 * @param {string} folder
 * @param {Array<{path: string}>} roots
 */
export function folderBelow(folder, roots) {
  const path = plain(folder);
  const holding = roots
    .map((root) => plain(root.path))
    .filter((root) => path === root || path.startsWith(`${root}/`))
    .sort((one, other) => other.length - one.length)[0];
  return holding === undefined ? path : path.slice(holding.length + 1);
}

/**
 * The model folder that was chosen, as the list of them names it.
 * @param {string} root
 * @param {Array<{path: string}>} roots
 */
export function sameRoot(root, roots) {
  return roots.find(({ path }) => plain(path) === plain(root))?.path ?? '';
}

/**
 * The place that a job has: what a request names, and how its folder reads.
 * @typedef {{folder: string|null, filename: string, shown: string}} OwnPlace
 */

/**
 * @param {Job} job
 * @param {Array<{path: string}>} roots all model folders
 * @returns {OwnPlace}
 */
export function placeOf(job, roots) {
  const path = plain(job.target_path ?? '');
  const cut = path.lastIndexOf('/');
  const shown = folderBelow(path ? path.slice(0, cut) : (job.folder ?? ''), roots);
  return { folder: job.folder ?? null, filename: path.slice(cut + 1), shown };
}

/**
 * The stem a person meant: the suffix stays the file's own, so typing it too changes nothing.
 * @param {string} typed
 * @param {string} suffix with its dot
 */
export function stemOf(typed, suffix) {
  const name = typed.trim();
  return suffix && name.toLowerCase().endsWith(suffix.toLowerCase()) ? name.slice(0, -suffix.length) : name;
}

/**
 * @param {PlaceTyped} typed
 * @param {Array<{path: string}>} roots downloads go into the first, and folders are relative to it
 * @returns {string|null} the folder as a request names it
 */
export function folderWish(typed, roots) {
  const { root, folder } = typed;
  const other = root !== null && roots.length > 0 && root !== roots[0].path;
  if (folder === null && !other) return null;
  const below = (folder ?? '').trim().replace(/^[\\/]+|[\\/]+$/g, '');
  if (!other) return below;
  return below ? joinPath(root, below) : root;
}

/**
 * @param {PlaceTyped} typed
 * @param {Target|null} target as the server answered it last
 * @returns {Choice} only what differs from what would happen by itself
 */
export function placeChoice(typed, target) {
  /** @type {Choice} */
  const choice = {};
  const folder = folderWish(typed, target?.roots ?? []);
  if (folder !== null) choice.folder = folder;
  const suffix = splitName(target?.filename ?? '')[1];
  const stem = typed.filename === null ? '' : stemOf(typed.filename, suffix);
  if (stem) choice.filename = stem;
  return choice;
}
