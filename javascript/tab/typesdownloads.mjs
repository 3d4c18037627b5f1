/** The shapes of the download queue's further routes, as JSDoc types. Nothing here runs. Sizes are bytes. */

/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Problem} Problem */
/** @typedef {import('./types.mjs').OnConflict} OnConflict */
/** @typedef {import('./types.mjs').Priority} Priority */

/**
 * What a person chose for one download; absent means the server's default.
 * @typedef {object} Choice
 * @property {string} [folder]
 * @property {string} [filename]
 * @property {boolean} [allow_unsafe]
 * @property {OnConflict} [on_conflict]
 * @property {boolean} [unpack]
 * @property {Priority} [priority]
 */

/** @typedef {Choice & {version_id: number, file_id?: number, all_files?: boolean}} BatchItem */

/**
 * @typedef {object} PlanFile
 * @property {number} version_id
 * @property {number|null} file_id
 * @property {string|null} model_name
 * @property {string|null} version_name
 * @property {string|null} filename
 * @property {string|null} target_path
 * @property {number|null} size_bytes
 * @property {'new'|'queued'|'installed'|'refused'} state
 * @property {string|null} installed_path
 * @property {Problem|null} error
 */

/** @typedef {{path: string, free_bytes: number|null, needed_bytes: number, enough: boolean}} Volume */
/** @typedef {{files: PlanFile[], bytes_needed: number, unknown_sizes: number, volumes: Volume[]}} Plan */

/**
 * Where a file would go.
 * @typedef {object} Target
 * @property {number} version_id
 * @property {number|null} file_id
 * @property {string|null} type
 * @property {string} root
 * @property {string} folder absolute, in or below `root`
 * @property {string} filename
 * @property {string} target_path
 * @property {'new'|'queued'|'installed'|'taken'} state
 * @property {string|null} installed_path
 * @property {string|null} suggestion a free name, where this one is taken
 * @property {number|null} size_bytes
 * @property {number|null} free_bytes
 * @property {Array<{type: string, path: string}>} roots
 * @property {string[]} folders that exist below the first root
 */

/** @typedef {{items: Job[], next_cursor: string|null, total: number}} HistoryPage */
/** @typedef {'done'|'failed'|'cancelled'} FinishedState */

export {};
