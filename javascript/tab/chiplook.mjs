/** How the chip of a resource looks and what a click on it does. Pure. */

import { bytes } from './format.mjs';
import { lastPart } from './local.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./send.mjs').Resource} Resource */
/** @typedef {import('./types.mjs').Job} Job */
/** What is known at this moment; `state` are words for a download under way, `done` its percent. */
/** @typedef {{resource: Resource, isIn: boolean, hasPrompt: boolean, state: string, done: number}} Now */
/** @typedef {'toggle'|'watch'|'download'|'none'} Action */

/**
 * What a resource has become since the plan was made.
 * @param {Resource} resource
 * @param {Job|null} job the newest download of its file
 * @returns {Resource}
 */
export function sinceThen(resource, job) {
  if (resource.state !== 'missing' || job?.state !== 'done') return resource;
  const path = job.target_path ?? job.filename ?? '';
  const tag = lastPart(path.replaceAll('\\', '/')).replace(/\.[^.]+$/, '');
  /** @type {Record<string, string>} */
  const inserts = { lora: `<lora:${tag}:${resource.weight ?? 1}>`, embedding: tag };
  const insert = inserts[resource.kind] ?? null;
  const state = resource.fits === false ? 'wrong_base' : 'here';
  return { ...resource, state, path, tag: insert ? tag : null, insert };
}

/**
 * All names that a prompt may have for it.
 * @param {Resource} resource
 * @returns {string[]}
 */
export function namesOf(resource) {
  return [...new Set([resource.tag ?? '', ...resource.names])].filter(Boolean);
}

/** @param {Resource} resource */
function isHere(resource) {
  return resource.state === 'here' || resource.state === 'wrong_base';
}

/**
 * @param {Now} now
 * @returns {Action}
 */
export function actionOf({ resource, hasPrompt, state }) {
  if (isHere(resource)) return resource.insert !== null && hasPrompt ? 'toggle' : 'none';
  if (state) return 'watch';
  return resource.state === 'missing' ? 'download' : 'none';
}

/** @param {Now} now */
export function markOf(now) {
  const action = actionOf(now);
  if (action === 'toggle') return now.isIn ? 'check' : 'plus';
  if (action === 'watch') return 'clock';
  if (action === 'download') return 'download';
  return isHere(now.resource) ? 'check' : 'help';
}

/**
 * What a click does, for people who hear it, and what speaks against it.
 * @param {Now} now
 */
export function labelOf(now) {
  const { resource, isIn, state } = now;
  const { name } = resource;
  const long = resource.fits === false ? t('chips.wrongBase.long', { base: resource.base_model ?? '?' }) : '';
  const said = () => {
    const action = actionOf(now);
    if (action === 'toggle') return t(isIn ? 'chips.take' : 'chips.put', { name });
    if (action === 'watch') return t('chips.busy', { name, state });
    if (action === 'download') return t('chips.download', { name, size: sizeOf(resource) });
    return t(isHere(resource) ? 'chips.here' : 'chips.unknown', { name });
  };
  return [said(), long].filter(Boolean).join('. ');
}

/** @param {Resource} resource */
function sizeOf(resource) {
  return resource.size_bytes === null ? '' : bytes(resource.size_bytes);
}

/** @param {Resource} resource */
export function noteOf(resource) {
  const wrong = resource.fits === false;
  const first = wrong ? t('chips.wrongBase', { base: resource.base_model ?? '?' }) : term('kind', resource.kind);
  const weight = resource.kind === 'lora' ? String(resource.weight ?? 1) : '';
  return [first, isHere(resource) ? weight : sizeOf(resource)].filter(Boolean).join(' · ');
}
