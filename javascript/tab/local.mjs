/** What the Library shows of the files here: filters, folders, order, updates. Pure. */

import { parts } from './requests.mjs';
import { term } from './strings.mjs';

/** @typedef {import('./types.mjs').Local} Local */
/** @typedef {import('./types.mjs').Newer} Newer */
/** @typedef {import('./types.mjs').NewerVersion} NewerVersion */
/** @typedef {import('./types.mjs').LocalUpdate} LocalUpdate */
/** @typedef {'name'|'type'|'base'|'version'|'size'|'state'|'folder'} SortKey */
/** @typedef {{key: SortKey, down: boolean}} Order */

/** A file here. `id` is its absolute path, `folder` that of the folder it lies in, `words` what a search looks at. */
/** @typedef {Local & {id: string, file: string, title: string, folder: string, words: string}} Row */

/** What the list says of one of its files: `update`, `duplicate`. @typedef {(row: Row) => string[]} MarksOf */

/** `folder` is absolute and stands for all folders below it too. */
/** @typedef {{text: string, types: string[], bases: string[], states: string[], folder: string}} LocalFilters */

/** @typedef {'update'|'early'|'base'} OfferKind */
/** A newer version of a file here. */
/** @typedef {{path: string, model_id: number, from: string, version: NewerVersion, kind: OfferKind, ignored: import('./types.mjs').Ignored}} Offer */

export const STATES = ['update', 'identified', 'unknown', 'pending', 'invalid', 'misplaced', 'duplicate'];
/** @type {SortKey[]} */
export const SORT_KEYS = ['name', 'type', 'base', 'version', 'size', 'state', 'folder'];
/** What a file without a base model is listed under. */
export const NO_BASE = '';

/** So long must the beginning of a hash be to find a file. */
const LEAST_HASH = 8;
const LORA_TYPES = new Set(['LORA', 'LoCon', 'DoRA']);
/** Types whose files lie in one folder, or that CivitAI does not tell apart. */
const CHECKPOINT_TYPES = new Set(['Checkpoint', 'UNet']);
const ALIKE = [LORA_TYPES, CHECKPOINT_TYPES, new Set(['TextEncoder', 'CLIP', 'LLM'])];

/**
 * @param {string} one
 * @param {string} other
 */
export function areAlike(one, other) {
  return one === other || ALIKE.some((types) => types.has(one) && types.has(other));
}

/**
 * What the content of a file contradicts: the folder it lies in, or only the type that CivitAI gives it.
 * @param {Row} row
 * @param {Array<{type: string, path: string}>} roots the model folders
 * @returns {'folder'|'type'|null}
 */
export function contradictionOf(row, roots) {
  const content = row.belongs_to;
  if (!content) return null;
  return roots.some(({ type, path }) => path === row.root && areAlike(type, content)) ? 'type' : 'folder';
}

/** @returns {LocalFilters} */
export function allOfThem() {
  return { text: '', types: [], bases: [], states: [], folder: '' };
}

/** @param {LocalFilters} filters */
export function isFiltered(filters) {
  return Boolean(
    filters.text || filters.types.length || filters.bases.length || filters.states.length || filters.folder,
  );
}

/**
 * @param {string} root
 * @param {string} path
 */
export function joinPath(root, path) {
  return root.endsWith('/') ? `${root}${path}` : `${root}/${path}`;
}

/**
 * @param {Local} local
 * @returns {Row}
 */
export function rowOf(local) {
  const id = joinPath(local.root, local.path);
  const title = local.model_name || local.name;
  const all = [title, local.path, local.version_name, local.base_model, term('type', local.type), local.kind];
  return {
    ...local,
    id,
    title,
    file: id.slice(id.lastIndexOf('/') + 1),
    folder: id.slice(0, id.lastIndexOf('/')),
    words: [...all, ...(local.trained_words ?? []), ...(local.suggested_words ?? [])]
      .filter(Boolean)
      .join('\n')
      .toLowerCase(),
  };
}

/**
 * @param {Row} row
 * @param {string[]} marks what the list around it says of it
 * @returns {string[]} the states it is found under
 */
function statesOf(row, marks) {
  return [row.state, ...marks, ...(row.belongs_to ? ['misplaced'] : [])];
}

/**
 * Is it the hash, or enough of its beginning to be meant? Two letters would be in almost every hash.
 * @param {Row} row
 * @param {string} part
 */
function isHashOf(row, part) {
  return part.length >= LEAST_HASH && Boolean(row.sha256?.startsWith(part));
}

/**
 * @param {Row} row
 * @param {string} folder
 */
function liesIn(row, folder) {
  return row.folder === folder || row.folder.startsWith(`${folder}/`);
}

/**
 * @param {Row[]} rows
 * @param {LocalFilters} filters
 * @param {MarksOf} marksOf
 * @returns {Row[]}
 */
export function filtered(rows, filters, marksOf) {
  if (!isFiltered(filters)) return rows;
  const parts = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  const { types, bases, states, folder } = filters;
  return rows.filter(
    (row) =>
      (!types.length || types.includes(row.type)) &&
      (!bases.length || bases.includes(row.base_model ?? NO_BASE)) &&
      (!folder || liesIn(row, folder)) &&
      parts.every((part) => row.words.includes(part) || isHashOf(row, part)) &&
      (!states.length || statesOf(row, marksOf(row)).some((state) => states.includes(state))),
  );
}

/** @type {Record<SortKey, (row: Row) => string|number>} */
const SORTS = {
  name: (row) => row.title.toLowerCase(),
  type: (row) => row.type.toLowerCase(),
  base: (row) => (row.base_model ?? '\uffff').toLowerCase(),
  version: (row) => (row.version_name ?? '\uffff').toLowerCase(),
  size: (row) => -(row.size_bytes ?? 0),
  state: (row) => ['invalid', 'unknown', 'pending', 'identified'].indexOf(row.state),
  folder: (row) => row.folder.toLowerCase(),
};

/**
 * @param {Row[]} rows
 * @param {Order} order sizes go from large to small, and `down` turns every order round
 * @returns {Row[]} a new list; what is equal stays in the order of names
 */
export function sorted(rows, order) {
  const turn = order.down ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: SORTS[order.key](row), name: SORTS.name(row) }));
  keyed.sort((one, other) => turn * compare(one.key, other.key) || compare(one.name, other.name));
  return keyed.map(({ row }) => row);
}

/**
 * @param {string|number} one
 * @param {string|number} other
 */
function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * How many rows there are of each value.
 * @param {Row[]} rows
 * @param {(row: Row) => string[]} valuesOf
 * @returns {Map<string, number>} the most frequent first
 */
export function tally(rows, valuesOf) {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const row of rows) for (const value of valuesOf(row)) found.set(value, (found.get(value) ?? 0) + 1);
  return new Map([...found].sort((one, other) => other[1] - one[1] || compare(one[0], other[0])));
}

/**
 * @param {Row[]} rows
 * @param {MarksOf} marksOf
 */
export function countsOf(rows, marksOf) {
  return {
    types: tally(rows, (row) => [row.type]),
    bases: tally(rows, (row) => [row.base_model ?? NO_BASE]),
    states: tally(rows, (row) => statesOf(row, marksOf(row))),
  };
}

/** @typedef {{path: string, name: string, depth: number, count: number}} Folder */

/**
 * The folders with models as a tree, laid out in lines: each root, below it what lies in it.
 * @param {Row[]} rows
 * @returns {Folder[]} `count` has the folders below in it
 */
export function foldersOf(rows) {
  /** @type {Map<string, number>} */
  const own = new Map();
  /** @type {Set<string>} */
  const roots = new Set();
  for (const row of rows) {
    roots.add(row.root.replace(/\/+$/, ''));
    own.set(row.folder, (own.get(row.folder) ?? 0) + 1);
  }
  const names = [...roots].map(lastPart);
  /** @type {Map<string, Folder>} */
  const found = new Map();
  for (const [folder, count] of own) {
    const root = [...roots].filter((one) => folder === one || folder.startsWith(`${one}/`)).sort(longest)[0] ?? folder;
    const parts = folder.slice(root.length).split('/').filter(Boolean);
    for (let depth = 0; depth <= parts.length; depth += 1) {
      const path = [root, ...parts.slice(0, depth)].join('/');
      const same = names.filter((name) => name === lastPart(root)).length > 1;
      const name = depth ? parts[depth - 1] : same ? root : lastPart(root);
      const known = found.get(path) ?? { path, name, depth, count: 0 };
      known.count += count;
      found.set(path, known);
    }
  }
  return [...found.values()].sort((one, other) =>
    compare(`${one.path}/`.toLowerCase(), `${other.path}/`.toLowerCase()),
  );
}

/** @param {string} path */
export function lastPart(path) {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}

/** @param {string} one @param {string} other */
function longest(one, other) {
  return other.length - one.length;
}

/**
 * The folder of a file as a person says it: from its root on.
 * @param {Row} row
 */
export function folderWords(row) {
  const root = lastPart(row.root.replace(/\/+$/, ''));
  const below = row.path.split('/').slice(0, -1);
  return [root, ...below].join(' / ');
}

// --- syncing again ---------------------------------------------------------------------------------------------

/**
 * The requests that have these files looked up again: as many as the paths need, and one when they are all there are.
 * @param {string[]} paths absolute
 * @param {Row[]} rows all files here
 * @returns {Array<{paths?: string[], force: boolean}>}
 */
export function syncRequests(paths, rows) {
  const wanted = new Set(paths);
  const found = parts(wanted);
  if (found.length > 1 && rows.every((row) => wanted.has(row.id))) return [{ force: true }];
  return found.map((part) => ({ paths: part, force: true }));
}

// --- updates ---------------------------------------------------------------------------------------------------

/**
 * @param {Newer} item as `GET updates` lists it
 * @param {number} now milliseconds
 * @returns {Offer[]}
 */
export function offersOf(item, now) {
  const { local, ignored } = item;
  if (local.model_id == null) return [];
  const shared = { path: joinPath(local.root, local.path), model_id: local.model_id, from: local.version_name ?? '' };
  /** @param {NewerVersion} version @param {OfferKind} kind */
  const offer = (version, kind) => ({
    ...shared,
    version,
    kind,
    // A single version can be ignored where it is the update; the rest is ignored with its model.
    ignored: version === item.update || ignored === 'model' ? ignored : 'none',
  });
  const early = (/** @type {NewerVersion} */ version) => Date.parse(version.early_access_until ?? '') > now;
  return [
    ...(item.update ? [offer(item.update, early(item.update) ? 'early' : 'update')] : []),
    ...item.early_access.map((version) => offer(version, 'early')),
    ...item.other_base.map((version) => offer(version, 'base')),
  ];
}

/**
 * The offers after a version or a model was ignored or heard of again.
 * @param {Map<string, Offer[]>} offers by the path of the file
 * @param {Offer} offer
 * @param {'version'|'model'} what
 * @param {boolean} ignore
 * @returns {Map<string, Offer[]>}
 */
export function withIgnored(offers, offer, what, ignore) {
  const { model_id: model, version } = offer;
  const meant = (/** @type {Offer} */ one) =>
    one.model_id === model && (what === 'model' || one.version.version_id === version.version_id);
  return new Map(
    [...offers].map(([path, list]) => [
      path,
      list.map((one) => (meant(one) ? { ...one, ignored: ignore ? what : 'none' } : one)),
    ]),
  );
}

/**
 * "v2 → v3", or only the new name where the old one is not known.
 * @param {string|null|undefined} from
 * @param {string} to
 */
export function stepWords(from, to) {
  return from && from !== to ? `${from} → ${to}` : to;
}

// --- the prompt ------------------------------------------------------------------------------------------------

/**
 * What calls a model in a prompt.
 * @param {Local} local
 * @returns {string} '' for a type that is not called in prompts
 */
export function promptTag(local) {
  if (LORA_TYPES.has(local.type)) return `<lora:${local.name}:1>`;
  if (local.type === 'Hypernetwork') return `<hypernet:${local.name}:1>`;
  return local.type === 'TextualInversion' ? local.name : '';
}

/**
 * @param {Local} local
 * @returns {boolean} whether a WebUI can use it as its checkpoint
 */
export function isCheckpoint(local) {
  return CHECKPOINT_TYPES.has(local.type);
}

/**
 * @param {string[]} words as CivitAI has them, commas and all
 * @returns {string[]} each once
 */
export function cleanWords(words) {
  return [...new Set(words.map((word) => word.trim().replace(/,+$/, '').trim()).filter(Boolean))];
}

/**
 * A prompt with something put behind it; what stands there already is not put there again.
 * @param {string} prompt
 * @param {string[]} parts
 */
export function withParts(prompt, parts) {
  const wanted = parts.filter((part) => part && !prompt.includes(part));
  const before = prompt.replace(/[\s,]+$/, '');
  return wanted.length ? [before, ...wanted].filter(Boolean).join(', ') : prompt;
}
