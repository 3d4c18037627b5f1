/** One line of Missing: a thing that a picture uses, where it is or whence it comes, and what can be done about it. */

import { asApiError } from './api.mjs';
import { breakable, h } from './dom.mjs';
import { icon } from './icons.mjs';
import { said } from './servertext.mjs';
import { shortCause } from './states.mjs';
import { t } from './strings.mjs';
import { aboutOf, factsOf, nameOf } from './wanted.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./typesmissing.mjs').Candidate} Candidate */
/** @typedef {import('./typesmissing.mjs').WantedState} WantedState */
/** @typedef {import('./wanted.mjs').Now} Now */

/** @type {Record<WantedState, string>} */
export const MARKS = { here: 'check', found: 'download', ambiguous: 'list', unknown: 'help' };

/**
 * @param {App} app
 * @param {Now} now
 * @param {(at: number) => void} choose
 * @returns {HTMLElement}
 */
export function missingRow(app, now, choose) {
  const { wanted, state } = now;
  const misfit = wanted.fits === false && h('span', { class: 'tag missing-misfit' }, t('missing.misfit'));
  return h(
    'li',
    { class: 'missing-row', data: { state } },
    icon(now.busy ? 'clock' : MARKS[state], 16),
    h(
      'div',
      { class: 'missing-main' },
      h('h3', { class: 'missing-name' }, breakable(wanted.name)),
      h('p', { class: 'muted missing-about' }, aboutOf(wanted), misfit),
      bodyOf(app, now, choose),
      now.busy && progress(now),
    ),
    h('div', { class: 'missing-actions' }, actionsOf(app, now)),
  );
}

/**
 * @param {App} app
 * @param {Now} now
 * @param {(at: number) => void} choose
 */
function bodyOf(app, now, choose) {
  const { wanted, state, candidate } = now;
  if (state === 'here') return h('p', { class: 'missing-path' }, breakable(now.path));
  if (state === 'found' && candidate) {
    return h(
      'div',
      { class: 'missing-candidate' },
      candidateLines(app, now, candidate),
      refusal(candidate),
      failure(now),
    );
  }
  const reason = h('p', { class: 'missing-reason', id: `cd-missing-why-${now.index}` }, said(wanted.reason));
  if (state !== 'ambiguous') return reason;
  return h(
    'div',
    { class: 'missing-choice' },
    reason,
    h(
      'ul',
      { role: 'radiogroup', 'aria-label': t('missing.choose', { name: wanted.name }) },
      wanted.candidates.map((one, at) => choiceOf(app, now, one, at, choose)),
    ),
    failure(now),
  );
}

/**
 * @param {App} app
 * @param {Now} now
 * @param {Candidate} one
 * @param {number} at
 * @param {(at: number) => void} choose
 */
function choiceOf(app, now, one, at, choose) {
  const radio = h('input', {
    type: 'radio',
    class: 'check',
    name: `cd-missing-${now.index}`,
    checked: now.candidate === one,
    'aria-label': `${nameOf(one)}, ${factsOf(one, now.wanted)}`,
    data: { focus: `radio-${now.index}-${at}` },
    on: { change: () => choose(at) },
  });
  return h(
    'li',
    { role: 'presentation', class: 'missing-option' },
    h('label', null, radio),
    h('div', { class: 'missing-candidate' }, candidateLines(app, now, one, `${now.index}-${at}`), refusal(one)),
  );
}

/**
 * @param {App} app
 * @param {Now} now
 * @param {Candidate} candidate
 * @param {string} [place] for the focus
 */
function candidateLines(app, now, candidate, place = String(now.index)) {
  const facts = factsOf(candidate, now.wanted);
  return [
    h(
      'p',
      { class: 'missing-model' },
      h(
        'button',
        {
          type: 'button',
          class: 'link-button',
          data: { focus: `model-${place}` },
          on: { click: () => app.openModel(candidate.model_id, candidate.version_id) },
        },
        nameOf(candidate),
      ),
      h('span', { class: 'muted' }, t(`missing.by.${candidate.match}`)),
    ),
    facts && h('p', { class: 'muted missing-file' }, breakable(facts)),
  ];
}

/** @param {Candidate} candidate */
function refusal(candidate) {
  return candidate.refusal && h('p', { class: 'missing-refusal' }, icon('alert', 13), said(candidate.refusal));
}

/** @param {Now} now */
function failure(now) {
  return now.failed && h('p', { class: 'missing-refusal' }, icon('alert', 13), now.failed);
}

/** @param {Now} now */
function progress(now) {
  return h(
    'div',
    { class: 'missing-busy' },
    h('progress', { max: 100, value: now.done, 'aria-label': t('job.progress', { name: now.wanted.name }) }),
    h('span', { class: 'missing-state' }, now.busy),
  );
}

/**
 * @param {App} app
 * @param {Now} now
 */
function actionsOf(app, now) {
  const { state, wanted, candidate } = now;
  if (state === 'here')
    return now.path ? [button(now, 'details', 'folder', 'missing.details', () => showFile(app, now.path))] : [];
  if (now.busy) return [button(now, 'watch', 'clock', 'missing.watch', () => app.showDock())];
  const search = button(now, 'search', 'search', 'missing.search', () => app.searching.name(wanted.name));
  if (!candidate) return [search];
  const { version_id: versionId, file_id: fileId } = candidate;
  const download = button(now, 'download', 'download', 'file.download', () => app.downloads.ask({ versionId, fileId }));
  download.disabled = candidate.refusal !== null;
  return state === 'ambiguous' ? [download, search] : [download];
}

/**
 * @param {Now} now
 * @param {string} name for the focus, which stays on it while the line is drawn anew
 * @param {string} mark
 * @param {string} words
 * @param {() => void} run
 */
function button({ index, wanted }, name, mark, words, run) {
  return h(
    'button',
    {
      type: 'button',
      class: 'button button-small',
      'aria-label': t('missing.action', { action: t(words), name: wanted.name }),
      data: { focus: `${name}-${index}` },
      on: { click: run },
    },
    icon(mark, 13),
    h('span', null, t(words)),
  );
}

/**
 * @param {App} app
 * @param {string} path
 */
async function showFile(app, path) {
  try {
    const { model } = await app.session.api.get(`local-model?path=${encodeURIComponent(path)}`);
    app.session.bus.emit('show-file', model);
  } catch (error) {
    const problem = asApiError(error);
    if (problem.code === 'not_found') void app.session.look.refresh();
    else app.notices.toast(shortCause(problem), { tone: 'bad', hint: problem.hint });
  }
}
