/** What a picture uses, as it stands at this moment: with what was chosen and what the queue has done since. Pure. */

import { bytes, percent } from './format.mjs';
import { isOpen } from './jobs.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./typesdownloads.mjs').BatchItem} BatchItem */
/** @typedef {import('./typesmissing.mjs').Candidate} Candidate */
/** @typedef {import('./typesmissing.mjs').Missing} Missing */
/** @typedef {import('./typesmissing.mjs').Wanted} Wanted */
/** @typedef {import('./typesmissing.mjs').WantedState} WantedState */

/**
 * @typedef {object} Now
 * @property {number} index in the answer
 * @property {Wanted} wanted
 * @property {WantedState} state
 * @property {Candidate|null} candidate the one that would be downloaded; null where none is chosen
 * @property {string} path where it is here
 * @property {string} busy words for a download under way
 * @property {number} done its percent
 * @property {string} failed why the last download failed
 */

/** The groups in the order in which a person works through them. @type {WantedState[]} */
export const ORDER = ['found', 'ambiguous', 'unknown', 'here'];

/**
 * @param {Wanted} wanted
 * @param {number} index
 * @param {number|undefined} chosen the place of the candidate that a person chose
 * @param {(candidate: Candidate) => {job: Job|null, isAsked: boolean}} ask what the queue knows of a file
 * @returns {Now}
 */
export function nowOf(wanted, index, chosen, ask) {
  const isCertain = wanted.state === 'found';
  const candidate = wanted.candidates[chosen ?? (isCertain ? 0 : -1)] ?? null;
  /** @type {Now} */
  const now = { index, wanted, state: wanted.state, candidate, path: wanted.path ?? '', busy: '', done: 0, failed: '' };
  if (!candidate || wanted.state === 'here') return now;
  const { job, isAsked } = ask(candidate);
  if (job?.state === 'done') return { ...now, state: 'here', path: job.target_path ?? job.filename ?? '' };
  if (job && isOpen(job)) {
    const done = percent(job.bytes_done, job.bytes_total);
    return { ...now, busy: busyWords(job, done), done: done ?? 0 };
  }
  if (isAsked) return { ...now, busy: t('job.queued') };
  return { ...now, failed: job?.state === 'failed' ? t('job.failed') : '' };
}

/**
 * @param {Missing} before
 * @param {Missing} after an answer to the same that came later
 * @returns {Wanted[]} what it says; where CivitAI gave no answer this time, what it said before
 */
export function carriedOver(before, after) {
  if (!after.failure) return after.resources;
  return after.resources.map((one) => {
    const known = before.resources.find((other) => isSame(one, other));
    return one.state === 'unknown' && known?.candidates.length ? known : one;
  });
}

/**
 * @param {Wanted[]} now
 * @param {Wanted[]} before
 * @param {Map<number, number>} chosen of what there was before
 * @returns {Map<number, number>} the same choices, where they are still there
 */
export function choicesIn(now, before, chosen) {
  const found = [...chosen].map(([index, at]) => {
    const [thing, candidate] = [before[index], before[index]?.candidates[at]];
    const place = now.findIndex((one) => thing && isSame(one, thing));
    const choice = now[place]?.candidates.findIndex(
      (one) => one.version_id === candidate?.version_id && one.file_id === candidate.file_id,
    );
    return /** @type {[number, number]} */ ([place, choice ?? -1]);
  });
  return new Map(found.filter(([, choice]) => choice >= 0));
}

/** @param {Wanted} one @param {Wanted} other */
function isSame(one, other) {
  return one.kind === other.kind && one.name === other.name;
}

/**
 * @param {Job} job
 * @param {number|null} done
 */
function busyWords(job, done) {
  const words = t(`job.${job.state}`, { method: 'SHA-256' });
  return job.state === 'downloading' && done !== null ? `${words} · ${Math.floor(done)} %` : words;
}

/**
 * @param {Now[]} list
 * @returns {Now[]} what "Download all" fetches: chosen, not here, not under way, and to be had
 */
export function downloadable(list) {
  return list.filter(({ state, candidate, busy }) => state !== 'here' && candidate && !candidate.refusal && !busy);
}

/**
 * @param {Now[]} list
 * @returns {BatchItem[]}
 */
export function itemsOf(list) {
  return downloadable(list).flatMap(({ candidate }) => (candidate ? [itemOf(candidate)] : []));
}

/** @param {Candidate} candidate @returns {BatchItem} */
function itemOf({ version_id, file_id }) {
  return { version_id, ...(file_id === null ? {} : { file_id }) };
}

/**
 * @param {Now[]} list
 * @returns {string} the size of all that would be fetched
 */
export function sizeOf(list) {
  const sizes = downloadable(list).map(({ candidate }) => candidate?.size_bytes ?? null);
  const sum = sizes.reduce((/** @type {number} */ total, size) => total + (size ?? 0), 0);
  if (!sizes.includes(null)) return bytes(sum);
  return sum ? t('batch.atLeast', { size: bytes(sum) }) : t('batch.unknownSize');
}

/**
 * @param {Now[]} list
 * @param {WantedState} state
 */
export function inState(list, state) {
  return list.filter((now) => now.state === state);
}

/**
 * @param {Now[]} list
 * @returns {string} how many of each, those that there are
 */
export function summaryOf(list) {
  const parts = ORDER.map((state) => ({ state, n: inState(list, state).length }));
  return parts
    .filter(({ n }) => n > 0)
    .map(({ state, n }) => t(`missing.count.${state}`, { n }))
    .join(' · ');
}

/** @param {Wanted} wanted @returns {string} what it is, how much of it, and for what */
export function aboutOf(wanted) {
  const kind = term('kind', wanted.kind);
  const weight = wanted.weight === null ? '' : t('missing.weight', { weight: Math.round(wanted.weight * 100) / 100 });
  return [kind, weight, wanted.base_model ?? ''].filter(Boolean).join(' · ');
}

/** @param {Candidate} candidate @returns {string} */
export function nameOf(candidate) {
  return [candidate.model_name, candidate.version_name].filter(Boolean).join(' · ') || `#${candidate.version_id}`;
}

/**
 * @param {Candidate} candidate
 * @param {Wanted} wanted
 * @returns {string} file, size and base model, but for what is said of the thing itself
 */
export function factsOf({ filename, size_bytes, base_model }, wanted) {
  const file = filename ?? '';
  const isSame = file.replace(/\.[^.]+$/, '').toLowerCase() === wanted.name.toLowerCase();
  const size = size_bytes === null ? '' : bytes(size_bytes);
  return [isSame ? '' : file, size, base_model === wanted.base_model ? '' : base_model].filter(Boolean).join(' · ');
}
