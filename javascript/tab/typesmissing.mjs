/** The shapes of `POST missing`, as JSDoc types. Nothing here runs. Sizes are bytes. */

/** @typedef {import('./send.mjs').Kind} Kind */
/** @typedef {import('./types.mjs').Problem} Problem */
/** @typedef {'here'|'found'|'ambiguous'|'unknown'} WantedState */

/**
 * A file on CivitAI that may be meant.
 * @typedef {object} Candidate
 * @property {number} model_id
 * @property {number} version_id
 * @property {number|null} file_id
 * @property {string} model_name
 * @property {string} version_name
 * @property {string|null} base_model
 * @property {string|null} filename
 * @property {number|null} size_bytes
 * @property {string|null} early_access_until
 * @property {string} page_url
 * @property {'hash'|'version'|'file_name'|'name'} match
 * @property {string|null} refusal why it cannot be downloaded
 */

/**
 * A thing that a picture uses.
 * @typedef {object} Wanted
 * @property {Kind} kind
 * @property {string} name
 * @property {number|null} weight
 * @property {string|null} base_model
 * @property {boolean|null} fits
 * @property {WantedState} state
 * @property {string|null} path
 * @property {string|null} reason
 * @property {Candidate[]} candidates
 */

/**
 * @typedef {object} Missing
 * @property {'infotext'|'workflow'|'civitai'|'none'} source
 * @property {string|null} infotext
 * @property {Record<string, unknown>|null} generation
 * @property {Wanted[]} resources
 * @property {{here: number, found: number, ambiguous: number, unknown: number, size_bytes: number}} totals
 * @property {Problem|null} failure why CivitAI told less than it knows
 */

export {};
