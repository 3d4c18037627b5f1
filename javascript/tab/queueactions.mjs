/** What a person does with downloads that are there: steering, ordering, mending, clearing. */

import { conflictDialog } from './conflictdialog.mjs';
import { confirmDialog } from './dialogs.mjs';
import { optionsDialog } from './downloaddialog.mjs';
import { bytes } from './format.mjs';
import { openPage, pageUrl } from './jobmenu.mjs';
import { priorityOf } from './jobs.mjs';
import { jobName } from './jobwords.mjs';
import { undoAction } from './notices.mjs';
import { moveTo, stepIndex } from './queueorder.mjs';
import { said } from './servertext.mjs';
import { t } from './strings.mjs';
import { placeOf } from './targets.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./api.mjs').ApiError} ApiError */
/** @typedef {import('./failures.mjs').Help} Help */
/** @typedef {import('./failures.mjs').HelpKind} HelpKind */
/** @typedef {import('./history.mjs').Clearing} Clearing */
/** @typedef {import('./queue.mjs').QueueAction} QueueAction */
/** @typedef {import('./queue.mjs').QueueSweep} QueueSweep */
/** @typedef {import('./queueorder.mjs').Step} Step */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Priority} Priority */
/** @typedef {import('./typesdownloads.mjs').Choice} Choice */

export class QueueActions {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Promise<void>} steps in the queue that are under way */
    this.steps = Promise.resolve();
  }

  get #queue() {
    return this.app.session.queue;
  }

  /**
   * @param {Job} job
   * @param {QueueAction} action
   * @param {Choice} [choice] for another try
   */
  act(job, action, choice) {
    return this.#try(async () => {
      await this.#queue.act(job, action, choice);
    });
  }

  /** @param {Job} job one that is done: fetched anew where its file is gone */
  again(job) {
    return this.#try(async () => {
      const now = await this.#queue.act(job, 'again');
      if (now.state !== 'done') return;
      const hint = now.target_path ? t('download.installedAs', { path: now.target_path }) : '';
      this.app.notices.toast(t('download.installed', { name: jobName(now) }), {
        tone: 'good',
        hint,
        key: `job-${job.id}`,
      });
    });
  }

  /** @param {QueueSweep} sweep */
  sweep(sweep) {
    return this.#try(async () => {
      const n = await this.#queue.sweep(sweep);
      this.app.notices.toast(t(`sweep.did.${sweep}`, { n }), { key: 'sweep' });
    });
  }

  // --- order ---------------------------------------------------------------------------------------------------

  /**
   * @param {Job} job
   * @param {Step} step
   */
  step(job, step) {
    // A key that is held sends many: each starts from where the one before has led.
    this.steps = this.steps.then(() =>
      this.moveTo(job, stepIndex(this.app.session.jobs.groups().queued, job.id, step)),
    );
    return this.steps;
  }

  /**
   * @param {Job} job one that waits
   * @param {number} index the place it shall have, from 0
   */
  async moveTo(job, index) {
    const { queued } = this.app.session.jobs.groups();
    const now = queued.find((one) => one.id === job.id);
    const move = moveTo(queued, job.id, index);
    if (!now || !move) return;
    const place = { name: jobName(job), n: index + 1, total: queued.length };
    const priority = t(`priority.${move.priority}`);
    const same = move.priority === priorityOf(now);
    this.app.notices.announce(t(same ? 'announce.moved' : 'announce.movedTo', { ...place, priority }));
    await this.#try(async () => {
      await this.#queue.move(now, move);
    });
  }

  /**
   * @param {Job} job
   * @param {Priority} priority
   */
  prioritise(job, priority) {
    return this.#try(async () => {
      await this.#queue.prioritise(job, priority);
      this.app.notices.announce(t('announce.priority', { name: jobName(job), priority: t(`priority.${priority}`) }));
    });
  }

  // --- mending -------------------------------------------------------------------------------------------------

  /**
   * Does what helps against a failure.
   * @param {Help} help
   * @param {Job|null} job null where the failure has left none
   * @param {ApiError|null} [error]
   */
  help(help, job, error = null) {
    const { app } = this;
    /** @type {Partial<Record<HelpKind, () => void>>} */
    const anywhere = {
      key: () => app.showSetting(null),
      setting: () => app.showSetting(help.setting ?? null),
      site: () => openPage(String(app.session.config.value.values.civitai_page_url ?? 'https://civitai.com')),
      refresh: () => app.session.poller.kick(),
      reload: () => window.location.reload(),
      copy: () => this.#copy(job?.error ?? error),
    };
    if (anywhere[help.kind]) anywhere[help.kind]?.();
    else if (job) this.#mend(help.kind, job);
  }

  /**
   * @param {HelpKind} kind
   * @param {Job} job
   */
  #mend(kind, job) {
    if (kind === 'page') openPage(pageUrl(this.app, job));
    else if (kind === 'place') void this.retryWithOptions(job);
    else if (kind === 'conflict') void this.conflict(job);
    else if (kind === 'unsafe') void this.unsafe(job);
    else if (kind === 'clear') this.clear([job]);
    else void this.act(job, 'retry');
  }

  /** @param {Job} job one that failed because its file may run programs */
  async unsafe(job) {
    const text = t('unsafe.text', { name: job.filename ?? jobName(job), reason: said(job.error?.message) });
    const question = { title: t('unsafe.title'), text, yes: t('unsafe.yes'), danger: true };
    if (await confirmDialog(this.app.root, question)) await this.act(job, 'retry', { allow_unsafe: true });
  }

  /** @param {Job} job one whose name is taken */
  async conflict(job) {
    const choice = await conflictDialog(this.app, job);
    if (choice) await this.act(job, 'retry', choice);
  }

  /** @param {Job} job */
  async retryWithOptions(job) {
    /** @type {Choice} */
    const before = {
      ...(job.on_conflict ? { on_conflict: job.on_conflict } : {}),
      ...(job.unpack ? { unpack: true } : {}),
    };
    const chosen = await optionsDialog(this.app, {
      title: t('options.again', { name: jobName(job) }),
      versionId: job.version_id,
      fileId: job.file_id,
      files: [],
      filename: job.filename ?? '',
      before,
      own: placeOf(job, this.app.session.roots),
    });
    if (chosen) await this.act(job, 'retry', chosen.choice);
  }

  /** @param {Job} job */
  copyError(job) {
    this.#copy(job.error);
  }

  /** @param {{code: string, message: string, hint?: string|null}|null} error */
  #copy(error) {
    if (error) void this.app.copy([error.code, error.message, error.hint].filter(Boolean).join('\n'));
  }

  // --- clearing ------------------------------------------------------------------------------------------------

  /** @param {Job[]} jobs that have ended; their files stay */
  clear(jobs) {
    if (!jobs.length) return;
    const clearing = this.#queue.history.clear(jobs.map((job) => job.id));
    this.#offerUndo(clearing, jobs, jobs.length === 1 ? t('history.cleared', { name: jobName(jobs[0]) }) : '');
  }

  /** @param {Job[]} seen what the history shows */
  clearHistory(seen) {
    const clearing = this.#queue.history.clearAll(seen);
    if (clearing) this.#offerUndo(clearing, seen, '');
  }

  /**
   * What is cleared is only hidden as long as it can be undone.
   * @param {Clearing} clearing
   * @param {Job[]} jobs
   * @param {string} words
   */
  #offerUndo(clearing, jobs, words) {
    const { history } = this.#queue;
    this.app.notices.toast(words || t('history.clearedAll'), {
      hint: whatGoes(jobs),
      action: undoAction(() => history.undo(clearing)),
      gone: () => void this.#try(() => history.carryOut(clearing)),
    });
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.app.downloads.tellError(error);
    }
  }
}

/** @param {Job[]} jobs that are cleared @returns {string} what becomes of their files */
function whatGoes(jobs) {
  const kept = jobs.reduce((sum, job) => sum + (job.state === 'failed' ? job.bytes_done : 0), 0);
  return kept ? t('history.partsGo', { size: bytes(kept) }) : t('history.filesStay');
}
