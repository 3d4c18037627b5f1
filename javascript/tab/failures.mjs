/** What helps against each failure: one table from the code to the one action that a row or a toast offers. Pure. */

/** @typedef {import('./types.mjs').Job} Job */

/**
 * `retry` again, `anew` again from the first byte, `key` the API key's field, `setting` the field named in `setting`,
 * `page` the model on CivitAI, `site` CivitAI itself, `place` choose folder and name, `conflict` choose between the
 * two files, `unsafe` ask whether the file is trusted, `clear` take it off the list, `refresh` ask for the state,
 * `reload` load the page again, `copy` copy the details for whoever runs this machine.
 * @typedef {'retry'|'anew'|'key'|'setting'|'page'|'site'|'place'|'conflict'|'unsafe'|'clear'|'refresh'|'reload'
 *   |'copy'} HelpKind
 */
/** @typedef {{kind: HelpKind, text: string, setting?: string}} Help `text` is a key of the catalogue */

/** @type {Record<string, Help>} */
export const HELP_FOR = {
  internal_error: { kind: 'retry', text: 'action.retry' },
  no_api_key: { kind: 'key', text: 'fix.key' },
  bad_api_key: { kind: 'key', text: 'fix.checkKey' },
  early_access: { kind: 'page', text: 'fix.page' },
  download_disabled: { kind: 'page', text: 'fix.page' },
  not_found: { kind: 'clear', text: 'fix.clear' },
  archived: { kind: 'page', text: 'fix.page' },
  region_blocked: { kind: 'setting', text: 'fix.proxy', setting: 'civitai_proxy' },
  rate_limited: { kind: 'retry', text: 'action.tryNow' },
  challenge_page: { kind: 'site', text: 'fix.site' },
  civitai_down: { kind: 'retry', text: 'action.tryNow' },
  offline: { kind: 'retry', text: 'action.tryNow' },
  bad_answer: { kind: 'retry', text: 'action.retry' },
  hash_mismatch: { kind: 'anew', text: 'fix.anew' },
  truncated: { kind: 'retry', text: 'fix.rest' },
  disk_full: { kind: 'place', text: 'fix.folder' },
  not_writable: { kind: 'place', text: 'fix.folder' },
  busy_elsewhere: { kind: 'refresh', text: 'fix.refresh' },
  name_conflict: { kind: 'conflict', text: 'fix.conflict' },
  unsafe_file: { kind: 'unsafe', text: 'fix.unsafe' },
  unsafe_redirect: { kind: 'setting', text: 'fix.hosts', setting: 'civitai_download_hosts' },
  wrong_state: { kind: 'refresh', text: 'fix.refresh' },
  interrupted: { kind: 'retry', text: 'action.retry' },
  invalid_file: { kind: 'anew', text: 'fix.anew' },
  broken_archive: { kind: 'page', text: 'fix.page' },
  encrypted_archive: { kind: 'page', text: 'fix.page' },
  unsafe_archive: { kind: 'page', text: 'fix.page' },
  invalid_request: { kind: 'place', text: 'fix.place' },
  unauthorized: { kind: 'reload', text: 'action.reload' },
  forbidden_origin: { kind: 'reload', text: 'action.reload' },
  forbidden_host: { kind: 'copy', text: 'action.copyDetails' },
  locked_by_host: { kind: 'copy', text: 'action.copyDetails' },
  method_not_allowed: { kind: 'copy', text: 'action.copyDetails' },
  unsupported_media_type: { kind: 'copy', text: 'action.copyDetails' },
  too_large: { kind: 'copy', text: 'action.copyDetails' },
  unreadable_picture: { kind: 'copy', text: 'action.copyDetails' },
  missing_package: { kind: 'copy', text: 'action.copyDetails' },
};

/** What only makes sense for a job that stands in the list. @type {Set<HelpKind>} */
const FOR_JOBS = new Set(['retry', 'anew', 'place', 'conflict', 'unsafe', 'clear', 'page']);

/**
 * @param {string} code
 * @returns {Help} trying again, for a code that is newer than this page
 */
export function helpFor(code) {
  return HELP_FOR[code] ?? HELP_FOR.internal_error;
}

/**
 * What helps where a request failed that has left no job.
 * @param {string} code
 * @returns {Help|null}
 */
export function helpWithoutJob(code) {
  const help = HELP_FOR[code];
  return help && !FOR_JOBS.has(help.kind) ? help : null;
}

/**
 * Does the help of a job already say "again"? Then no second button does.
 * @param {Job} job
 */
export function helpRetries(job) {
  const kind = job.error ? helpFor(job.error.code).kind : null;
  return kind === 'retry' || kind === 'anew';
}
