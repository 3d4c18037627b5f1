/** What a person downloads, and what they are told of it. Steering what is under way is in `queueactions.mjs`. */

import { asApiError } from './api.mjs';
import { batchDialog } from './batchdialog.mjs';
import { optionsDialog } from './downloaddialog.mjs';
import { helpWithoutJob } from './failures.mjs';
import { defaultFile } from './files.mjs';
import { isOpen } from './jobs.mjs';
import { jobName } from './jobwords.mjs';
import { byState } from './plan.mjs';
import { saidProblem } from './servertext.mjs';
import { shortCause } from './states.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./jobs.mjs').JobChange} JobChange */
/** @typedef {import('./types.mjs').Version} Version */
/** @typedef {import('./types.mjs').ModelFile} ModelFile */
/** @typedef {import('./queue.mjs').DownloadWish} DownloadWish */
/** @typedef {import('./typesdownloads.mjs').BatchItem} BatchItem */

/** The changes of state that a person is told of. */
const TOLD = ['queued', 'downloading', 'paused', 'cancelled', 'done', 'failed'];
const TOLD_ONE_BY_ONE = 3;

export class DownloadActions {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
  }

  /** @param {Card} card */
  quick(card) {
    const wish = this.#wishOf(card);
    if (wish) void this.ask(wish);
  }

  /**
   * The newer version of what is here, else the newest.
   * @param {Card} card
   * @returns {DownloadWish|null}
   */
  #wishOf(card) {
    const offer = this.app.session.library.offerForModel(card.id);
    if (offer) return { versionId: offer.version.version_id, fileId: null };
    const { latest } = card;
    return latest ? { versionId: latest.version_id, fileId: latest.file?.id ?? null } : null;
  }

  /** @param {number} versionId the newer version of a file here */
  update(versionId) {
    return this.ask({ versionId, fileId: null });
  }

  /**
   * @param {Version} version
   * @param {ModelFile} file
   */
  file(version, file) {
    return this.ask({ versionId: version.id, fileId: file.id });
  }

  /**
   * Asks which file, where to and how, then downloads it.
   * @param {Version} version
   * @param {ModelFile|null} [file]
   */
  async options(version, file = defaultFile(version)) {
    const chosen = await optionsDialog(this.app, {
      title: t('options.title', { name: version.model_name ?? version.name }),
      versionId: version.id,
      fileId: file?.id ?? null,
      files: version.files ?? [],
      filename: file?.name ?? '',
      before: {},
      own: null,
    });
    if (chosen) await this.ask({ versionId: version.id, ...chosen });
  }

  /** @param {Card} card its files are asked for first */
  async cardOptions(card) {
    const wish = this.#wishOf(card);
    if (!wish) return;
    try {
      const model = await this.app.session.loadModel(card.id);
      const version = model.versions.find((one) => one.id === wish.versionId) ?? model.versions[0];
      if (version) await this.options({ ...version, model_name: model.name });
    } catch (error) {
      this.tellError(error);
    }
  }

  /** @param {DownloadWish} wish */
  async ask(wish) {
    try {
      const { job, known } = await this.app.session.queue.download(wish);
      this.#tellTwice(job, known);
    } catch (error) {
      this.tellError(error);
    }
  }

  /**
   * The file was asked for before: that is said, with where it is.
   * @param {Job} job
   * @param {boolean} known
   */
  #tellTwice(job, known) {
    const { notices } = this.app;
    const name = jobName(job);
    if (job.state === 'done')
      notices.toast(t('download.installed', { name }), {
        tone: 'good',
        key: `job-${job.id}`,
        ...(job.target_path ? { hint: t('download.installedAs', { path: job.target_path }) } : {}),
      });
    else if (known && isOpen(job))
      notices.toast(t(job.state === 'paused' ? 'download.paused' : 'download.queued', { name }), {
        key: `job-${job.id}`,
        action: { label: t('dock.expand'), run: () => this.app.showDock() },
      });
  }

  /** @param {Version} version */
  allFiles(version) {
    return this.batch([{ version_id: version.id, all_files: true }]);
  }

  /** @param {Card[]} cards */
  cards(cards) {
    return this.batch(
      cards.flatMap((card) => {
        const wish = this.#wishOf(card);
        if (!wish) return [];
        return [{ version_id: wish.versionId, ...(wish.fileId === null ? {} : { file_id: wish.fileId }) }];
      }),
    );
  }

  /**
   * Shows what it would come to, and begins it after one yes.
   * @param {BatchItem[]} items
   * @returns {Promise<boolean>} true when it was begun
   */
  async batch(items) {
    const { app } = this;
    if (!items.length || !(await batchDialog(app, items))) return false;
    try {
      const found = byState(await app.session.queue.batch(items));
      const refused = found.refused[0]?.error;
      const parts = [
        found.new.length + found.queued.length && t('batch.didQueue', { n: found.new.length + found.queued.length }),
        found.installed.length && t('batch.didHave', { n: found.installed.length }),
        found.refused.length && t('batch.didRefuse', { n: found.refused.length }),
      ].filter(Boolean);
      app.notices.toast(parts.join(' · '), {
        tone: found.refused.length ? 'bad' : 'good',
        key: 'batch',
        hint: refused ? saidProblem(refused).message : '',
        action: { label: t('dock.expand'), run: () => app.show('downloads') },
      });
      return true;
    } catch (error) {
      this.tellError(error);
      return false;
    }
  }

  /** @param {unknown} error */
  tellError(error) {
    const problem = asApiError(error);
    if (problem.isCutOff) this.app.session.disconnected(problem.code);
    const help = helpWithoutJob(problem.code);
    const action = help && { label: t(help.text), run: () => this.app.queue.help(help, null, problem) };
    this.app.notices.toast(shortCause(problem), { tone: 'bad', hint: problem.hint, ...(action ? { action } : {}) });
  }

  /**
   * Jobs have another state now. Many at once are told together.
   * @param {JobChange[]} changes
   */
  tell(changes) {
    for (const state of TOLD) {
      const same = changes.filter(({ job, from }) => job.state === state && (state !== 'done' || from !== null));
      if (same.length > TOLD_ONE_BY_ONE) this.#tellMany(state, same.length);
      else for (const { job } of same) this.#tellOne(job);
    }
  }

  /**
   * @param {string} state
   * @param {number} n
   */
  #tellMany(state, n) {
    const words = t(`announce.many.${state}`, { n });
    if (state === 'done') this.#tellDone(words);
    else if (state === 'failed') this.app.notices.toast(words, { tone: 'bad', key: 'many-failed' });
    else this.app.notices.announce(words);
  }

  /** @param {Job} job */
  #tellOne(job) {
    const { notices } = this.app;
    const error = job.error && saidProblem(job.error);
    const values = { name: jobName(job), message: error?.message ?? '' };
    const words = t(`announce.${job.state}`, values);
    const key = `job-${job.id}`;
    if (job.state === 'done') this.#tellDone(words);
    else if (job.state === 'failed') notices.toast(words, { tone: 'bad', hint: error?.hint ?? '', key });
    else notices.announce(words);
  }

  /**
   * A row on screen says it by itself, so it is only spoken then; elsewhere one message at a time is enough.
   * @param {string} words
   */
  #tellDone(words) {
    const { notices, rowsShown } = this.app;
    if (rowsShown) notices.announce(words);
    else notices.toast(words, { tone: 'good', key: 'done' });
  }
}
