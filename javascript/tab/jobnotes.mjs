/** What stands below a download: why it failed and what helps, what was odd, what was unpacked. */

import { h } from './dom.mjs';
import { helpFor } from './failures.mjs';
import { icon } from './icons.mjs';
import { untilWords } from './jobwords.mjs';
import { said, saidProblem } from './servertext.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Unpacked} Unpacked */

/**
 * All that the notes are made from, so that an unchanged part is left alone.
 * @param {Job} job
 */
export function notesKey(job) {
  return JSON.stringify([job.state, job.error, job.warnings, job.unpacked, job.conflict]);
}

/**
 * @param {App} app
 * @param {Job} job
 * @returns {HTMLElement[]}
 */
export function jobNotes(app, job) {
  const notes = [];
  if (job.error && job.state === 'failed') notes.push(failure(app, job));
  for (const warning of job.warnings ?? [])
    notes.push(h('p', { class: 'job-warning' }, said(typeof warning === 'string' ? warning : warning.message)));
  if (job.unpacked) notes.push(unpackedNote(job.unpacked));
  return notes;
}

/**
 * @param {App} app
 * @param {Job} job
 */
function failure(app, job) {
  const problem = /** @type {import('./types.mjs').Problem} */ (job.error);
  const error = saidProblem(problem);
  const help = helpFor(problem.code);
  const until = job.waiting ? untilWords(job.waiting.until, Date.now()) : '';
  return h(
    'div',
    { class: 'job-failure' },
    h('p', { class: 'job-error' }, icon('alert', 14), h('span', null, error.message)),
    error.hint && h('p', { class: 'muted' }, error.hint),
    job.conflict && h('p', { class: 'muted job-path' }, t('conflict.taken', { path: job.conflict.path })),
    until && h('p', { class: 'muted' }, until),
    h(
      'button',
      {
        type: 'button',
        class: 'button button-small',
        data: { focus: 'help' },
        on: { click: () => app.queue.help(help, job) },
      },
      t(help.text),
    ),
  );
}

/** @param {Unpacked} unpacked */
function unpackedNote(unpacked) {
  const { folder, files, skipped } = unpacked;
  const words = t('job.unpacked', { n: files.length, folder });
  if (!skipped.length) return h('p', { class: 'muted job-path' }, words);
  return h(
    'details',
    { class: 'job-unpacked' },
    h('summary', null, words, ' ', h('span', { class: 'job-warning' }, t('job.skipped', { n: skipped.length }))),
    h(
      'ul',
      { role: 'list' },
      skipped.map(({ name, reason }) => h('li', { class: 'muted' }, `${name}: ${said(reason)}`)),
    ),
  );
}
