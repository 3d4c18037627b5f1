/** Where a waiting download goes when a person moves it. Pure. */

import { priorityOf } from './jobs.mjs';

/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Priority} Priority */
/** @typedef {'top'|'up'|'down'|'bottom'} Step */

/**
 * `body` is what the server is told, `priority` the one to set before, `rank` what the move makes of the job's own.
 * @typedef {{index: number, priority: Priority, rank: number, body: {before: Job['id']}|{after: Job['id']}}} Move
 */

/**
 * @param {Job[]} queue in the order of start
 * @param {Job['id']} id
 * @param {Step} step
 * @returns {number} the place it shall have, from 0
 */
export function stepIndex(queue, id, step) {
  const at = queue.findIndex((job) => job.id === id);
  const last = queue.length - 1;
  const wanted = { top: 0, up: at - 1, down: at + 1, bottom: last }[step];
  return Math.max(0, Math.min(last, wanted));
}

/**
 * The move that brings a job to a place. Between jobs of another priority it takes theirs: it shall start where a
 * person has put it.
 * @param {Job[]} queue in the order of start
 * @param {Job['id']} id
 * @param {number} index the place it shall have, from 0
 * @returns {Move|null} null when it is there already
 */
export function moveTo(queue, id, index) {
  const at = queue.findIndex((job) => job.id === id);
  const rest = queue.filter((job) => job.id !== id);
  if (at < 0 || at === index || !rest.length) return null;
  const own = priorityOf(queue[at]);
  const previous = rest[index - 1];
  const next = rest[index];
  const fits = [next, previous].find((job) => job && priorityOf(job) === own) ?? next ?? previous;
  const priority = priorityOf(fits);
  return {
    index,
    priority,
    rank: rankBetween(
      previous && priorityOf(previous) === priority ? (previous.rank ?? 0) : null,
      next && priorityOf(next) === priority ? (next.rank ?? 0) : null,
    ),
    body: fits === next ? { before: fits.id } : { after: fits.id },
  };
}

/**
 * @param {number|null} low
 * @param {number|null} high
 */
function rankBetween(low, high) {
  if (low === null && high === null) return 0;
  if (low === null) return /** @type {number} */ (high) - 1;
  return high === null ? low + 1 : (low + high) / 2;
}

/**
 * Where a row that is dragged would fall.
 * @param {Array<{top: number, height: number}>} others the other rows, from top to bottom
 * @param {number} y the middle of the dragged row
 * @returns {number} from 0
 */
export function dropIndex(others, y) {
  return others.filter(({ top, height }) => top + height / 2 < y).length;
}
