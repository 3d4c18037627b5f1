/** What a person does with downloads, and what they are told of them. */

import { asApiError } from './api.mjs';
import { confirmDialog } from './dialogs.mjs';
import { jobName } from './jobrow.mjs';
import { shortCause } from './states.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Version} Version */
/** @typedef {import('./types.mjs').ModelFile} ModelFile */
/** @typedef {import('./jobs.mjs').JobAction} JobAction */

export class DownloadActions {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
  }

  /** @param {Card} card */
  quick(card) {
    const offer = this.app.session.library.offerForModel(card.id);
    if (offer) void this.update(offer.version.version_id);
    else if (card.latest) void this.#ask({ versionId: card.latest.version_id, fileId: card.latest.file?.id ?? null });
  }

  /** @param {number} versionId the newer version of a file here */
  update(versionId) {
    return this.#ask({ versionId, fileId: null });
  }

  /**
   * @param {Version} version
   * @param {ModelFile} file
   */
  file(version, file) {
    return this.#ask({ versionId: version.id, fileId: file.id });
  }

  /** @param {{versionId: number, fileId: number|null, allowUnsafe?: boolean}} wish */
  async #ask(wish) {
    try {
      const job = await this.app.session.download(wish);
      if (job.state === 'done')
        this.app.notices.toast(t('download.installed', { name: jobName(job) }), { tone: 'good' });
    } catch (error) {
      this.#tellError(error);
    }
  }

  /** @param {Job} job one that failed because its file may run programs */
  async unsafe(job) {
    const text = t('unsafe.text', { name: job.filename ?? jobName(job), reason: job.error?.message ?? '' });
    const sure = await confirmDialog(this.app.root, {
      title: t('unsafe.title'),
      text,
      yes: t('unsafe.yes'),
      danger: true,
    });
    if (sure) await this.#ask({ versionId: job.version_id, fileId: job.file_id, allowUnsafe: true });
  }

  /**
   * @param {Job} job
   * @param {JobAction} action
   */
  async act(job, action) {
    try {
      await this.app.session.act(job, action);
    } catch (error) {
      this.#tellError(error);
    }
  }

  /** @param {unknown} error */
  #tellError(error) {
    const problem = asApiError(error);
    if (problem.isUnreachable) this.app.session.disconnected();
    const settings = problem.code === 'no_api_key' || problem.code === 'bad_api_key';
    const action = settings ? { label: t('action.openSettings'), run: () => this.app.show('settings') } : undefined;
    this.app.notices.toast(shortCause(problem), { tone: 'bad', hint: problem.hint, ...(action ? { action } : {}) });
  }

  /**
   * @param {Job} job
   * @param {string|null} from
   */
  tell(job, from) {
    const name = jobName(job);
    const values = { name, message: job.error?.message ?? '' };
    if (job.state === 'done' && from !== null)
      this.app.notices.toast(t('announce.done', values), { tone: 'good', key: `job-${job.id}` });
    else if (job.state === 'failed')
      this.app.notices.toast(t('announce.failed', values), {
        tone: 'bad',
        hint: job.error?.hint ?? '',
        key: `job-${job.id}`,
      });
    else if (['queued', 'downloading', 'paused', 'cancelled'].includes(job.state))
      this.app.notices.announce(t(`announce.${job.state}`, values));
  }
}
