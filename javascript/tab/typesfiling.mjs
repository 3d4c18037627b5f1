/** What the routes about files on the disk answer. Types only. */

/** @typedef {import('./types.mjs').Problem} Problem */

/**
 * A list of renames that can be undone: into the trash, or into other folders.
 * @typedef {object} Operation
 * @property {string} id
 * @property {'delete'|'move'} kind
 * @property {'running'|'done'|'partial'|'undoing'|'undone'|'emptied'} state `partial`: what failed stayed where it was
 * @property {number} files_total
 * @property {number} files_done
 * @property {number} bytes_total
 * @property {Array<{path: string, target: string}>} items models or what was left over of some; the first 100
 * @property {number} items_total
 * @property {Array<Problem & {path: string}>} errors the first 100
 * @property {string} created_at
 * @property {boolean} can_undo
 */

/** @typedef {{files: number, size_bytes: number}} Trash */
/** @typedef {{operations: Operation[], trash: Trash}} Operations */

/**
 * Where a model would go. `taken`: another one has its name there; `target` is then a free name, or null where the
 * same content lies there already.
 * @typedef {object} Move
 * @property {string} path
 * @property {string|null} target
 * @property {'move'|'stay'|'taken'|'unknown'} action
 * @property {string|null} reason
 * @property {string} type
 * @property {string} name
 * @property {number|null} size_bytes
 * @property {number} files how many go along, the model itself counted
 * @property {boolean} other_volume
 */

/** @typedef {{moves: Move[], files_total: number, bytes_total: number, free_bytes: number|null}} MovePlan */

/** What is asked for; no paths: everything that is known. @typedef {{paths: string[], folder: string|null}} MoveWish */

/** A metadata file or preview whose model is gone. */
/** @typedef {{path: string, root: string, type: string, size_bytes: number, stem: string}} Orphan */
/** @typedef {{items: Orphan[], truncated: boolean}} Orphans */

export {};
