/** What a person does with the files here, and what they are told of it. */

import { asApiError } from './api.mjs';
import { confirmDialog } from './dialogs.mjs';
import { FilingActions } from './filingactions.mjs';
import { sendToPrompt } from './hostprompt.mjs';
import { LibraryView } from './libraryview.mjs';
import { syncRequests } from './local.mjs';
import { migrationDialog } from './migration.mjs';
import { undoAction } from './notices.mjs';
import { saidProblem } from './servertext.mjs';
import { shortCause } from './states.mjs';
import { t } from './strings.mjs';
import { syncCounts } from './syncpanel.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./local.mjs').Row} Row */
/** @typedef {import('./local.mjs').Offer} Offer */
/** @typedef {import('./types.mjs').Sync} Sync */
/** @typedef {import('./syncs.mjs').SyncAction} SyncAction */

export class LibraryActions {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.filing = new FilingActions(app);
  }

  /** @returns {() => void} ends telling what has come to its end */
  listen() {
    const { bus } = this.app.session;
    const stops = [
      bus.on('sync-finished', (job) => this.tellEnd(job)),
      bus.on('filed', (filed) => this.filing.follow(filed)),
      bus.on('filed-seen', (filed) => this.filing.tellEnd(filed)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** @param {string[]} [paths] absolute; none: everything */
  sync(paths) {
    return this.#try(async () => {
      const { syncs, library } = this.app.session;
      // What comes while a sync runs widens it.
      for (const request of paths ? syncRequests(paths, library.rows) : [{}]) await syncs.submit(request);
      this.app.notices.announce(t('sync.started'));
    });
  }

  /** @param {Row} row */
  async restore(row) {
    const question = {
      title: t('local.restore.ask', { name: row.title }),
      text: t('local.restore.explain'),
      yes: t('local.restore.yes'),
    };
    if (!(await confirmDialog(this.app.root, question))) return;
    await this.#try(async () => {
      const { api, library } = this.app.session;
      /** @type {import('./types.mjs').Restored} */
      const { files, errors } = await api.post('restore', { paths: [row.id] });
      const words = t(files ? 'local.restored' : 'local.restoredNone', { n: files });
      this.app.notices.toast(errors.length ? t('local.restoreFailed') : words, {
        tone: errors.length ? 'bad' : files ? 'good' : 'info',
        hint: errors.map((error) => saidProblem(error).message).join(' '),
        key: 'restore',
      });
      library.refresh();
    });
  }

  /** What was taken from other tools' files. */
  showMigration() {
    return this.#try(async () => {
      const { items } = await this.app.session.api.get('migration-report');
      migrationDialog(this.app, items);
    });
  }

  /** @param {SyncAction} action */
  steer(action) {
    return this.#try(() => this.app.session.syncs.act(action));
  }

  /**
   * @param {Offer} offer
   * @param {'version'|'model'} what
   * @param {boolean} ignore
   */
  ignore(offer, what, ignore) {
    return this.#try(async () => {
      const { library } = this.app.session;
      await library.ignore(offer, what, ignore);
      if (!ignore) return;
      const undo = () => void this.ignore(offer, what, false);
      this.app.notices.toast(t(`local.ignored.${what}`, { name: offer.version.name }), {
        action: undoAction(undo),
        key: 'ignore',
      });
    });
  }

  /** @param {Row} row */
  update(row) {
    const update = this.app.session.library.updateOf(row);
    if (update) void this.app.downloads.update(update.version_id);
  }

  /** @param {Row[]} rows each with another update */
  updateMany(rows) {
    const { library } = this.app.session;
    const items = rows.flatMap((row) => {
      const update = library.updateOf(row);
      return update ? [{ version_id: update.version_id }] : [];
    });
    return this.app.downloads.batch(items);
  }

  /**
   * @param {string[]} parts
   * @param {import('./hostprompt.mjs').HostTab} [tab]
   */
  prompt(parts, tab = 'txt2img') {
    const sent = sendToPrompt(parts, tab);
    const text = sent ? t('send.sentTo', { tab }) : t('local.notSent');
    this.app.notices.toast(text, { tone: sent ? 'good' : 'bad', key: 'prompt' });
  }

  /** @param {Sync} job one that ended while the page was open */
  tellEnd(job) {
    const { app } = this;
    const words = [t(`sync.state.${job.state}`), syncCounts(job).join(' · ')].filter(Boolean).join(': ');
    const tone = job.state === 'failed' || job.failed ? 'bad' : job.state === 'done' ? 'good' : 'info';
    // The Library itself shows what went wrong; the words then need no place of their own.
    const shown = tone === 'bad' || job.errors.length > 0;
    if (shown && app.view instanceof LibraryView) app.notices.announce(words);
    else app.notices.toast(words, { tone, key: 'sync' });
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      const problem = asApiError(error);
      if (problem.isCutOff) this.app.session.disconnected(problem.code);
      this.app.notices.toast(shortCause(problem), { tone: 'bad', hint: problem.hint });
    }
  }
}
