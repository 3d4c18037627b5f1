/** What the tab makes of operations on files and of plans for them. Pure. */

import { parts } from './requests.mjs';

/** @typedef {import('./typesfiling.mjs').Operation} Operation */
/** @typedef {import('./typesfiling.mjs').Move} Move */
/** @typedef {import('./typesfiling.mjs').MovePlan} MovePlan */
/** @typedef {import('./typesfiling.mjs').MoveWish} MoveWish */

/** Is it neither finished nor given up? @param {Operation} operation */
export function isRunning(operation) {
  return operation.state === 'running' || operation.state === 'undoing';
}

/**
 * How far operations are that belong together.
 * @param {Operation[]} operations
 */
export function sumsOf(operations) {
  const sum = (/** @type {(one: Operation) => number} */ of) => operations.reduce((all, one) => all + of(one), 0);
  return {
    items: sum((one) => one.items_total),
    files: sum((one) => one.files_total),
    done: sum((one) => one.files_done),
    bytes: sum((one) => one.bytes_total),
    errors: operations.flatMap((one) => one.errors),
  };
}

/** @param {string} path @returns {string} with forward slashes */
export function folderOf(path) {
  const plain = path.replaceAll('\\', '/');
  return plain.slice(0, plain.lastIndexOf('/'));
}

/**
 * A folder as a person says it: from the model folder on that holds it.
 * @param {string} folder with forward slashes
 * @param {Array<{path: string}>} roots
 */
export function spokenFolder(folder, roots) {
  const root = roots
    .map(({ path }) => path.replaceAll('\\', '/').replace(/\/+$/, ''))
    .filter((path) => folder === path || folder.startsWith(`${path}/`))
    .sort((one, other) => other.length - one.length)[0];
  if (root === undefined) return folder;
  return folder.slice(root.lastIndexOf('/') + 1).replaceAll('/', ' / ');
}

/** @typedef {{key: string, moves: Move[]}} MoveGroup `key` is the target folder, or `taken`, `unknown`, `stay` */

/**
 * The moves by where they lead, and behind them what does not go by itself.
 * @param {Move[]} moves
 * @returns {MoveGroup[]} without empty ones
 */
export function groupsOf(moves) {
  /** @type {Map<string, Move[]>} */
  const folders = new Map();
  for (const move of moves) {
    if (move.action !== 'move' || move.target === null) continue;
    const folder = folderOf(move.target);
    const known = folders.get(folder);
    if (known) known.push(move);
    else folders.set(folder, [move]);
  }
  const byFolder = [...folders]
    .map(([key, list]) => ({ key, moves: list }))
    .sort((one, other) => (one.key.toLowerCase() < other.key.toLowerCase() ? -1 : 1));
  const others = /** @type {const} */ (['taken', 'unknown', 'stay']).map((key) => ({
    key,
    moves: moves.filter((move) => move.action === key),
  }));
  return [...byFolder, ...others].filter((group) => group.moves.length > 0);
}

/**
 * Can it be moved at all, should a person want it?
 * @param {Move} move
 */
export function canMove(move) {
  return move.target !== null && (move.action === 'move' || move.action === 'taken');
}

/**
 * What the chosen moves come to.
 * @param {Move[]} moves
 * @param {number|null} free bytes of the drive they go to
 */
export function costOf(moves, free) {
  const size = (/** @type {Move[]} */ list) => list.reduce((sum, move) => sum + (move.size_bytes ?? 0), 0);
  const copied = moves.filter((move) => move.other_volume);
  return {
    models: moves.length,
    files: moves.reduce((sum, move) => sum + move.files, 0),
    bytes: size(moves),
    copied: copied.length,
    tooLarge: free !== null && size(copied) > free,
  };
}

/**
 * The requests for a plan: as many as the paths need.
 * @param {MoveWish} wish
 * @returns {MoveWish[]}
 */
export function planRequests(wish) {
  const { paths, folder } = wish;
  return paths.length ? parts(paths).map((part) => ({ paths: part, folder })) : [{ paths: [], folder }];
}

/**
 * One plan of the answers to several requests.
 * @param {MovePlan[]} plans
 * @returns {MovePlan}
 */
export function joined(plans) {
  const free = plans.flatMap((plan) => plan.free_bytes ?? []);
  return {
    moves: plans.flatMap((plan) => plan.moves),
    files_total: plans.reduce((sum, plan) => sum + plan.files_total, 0),
    bytes_total: plans.reduce((sum, plan) => sum + plan.bytes_total, 0),
    free_bytes: free.length ? Math.min(...free) : null,
  };
}
