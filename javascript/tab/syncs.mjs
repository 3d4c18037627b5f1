/** The sync that runs or ran last, and the loop that asks for it. Knows no DOM. */

import { Poller, pollDelay } from './poll.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./store.mjs').Bus} Bus */
/** @typedef {import('./types.mjs').Sync} Sync */
/** @typedef {'pause'|'resume'|'cancel'} SyncAction */

/** @type {Record<string, SyncAction[]>} */
const ACTIONS = { queued: ['pause', 'cancel'], running: ['pause', 'cancel'], paused: ['resume', 'cancel'] };

/**
 * @param {Sync|null} job
 * @returns {SyncAction[]}
 */
export function syncActions(job) {
  return ACTIONS[job?.state ?? ''] ?? [];
}

/**
 * Is it neither finished nor given up?
 * @param {Sync|null} job
 */
export function isUnderWay(job) {
  return syncActions(job).length > 0;
}

/**
 * How far it is, by bytes while files are hashed, by files else.
 * @param {Sync} job
 * @returns {{done: number, total: number}}
 */
export function syncMeasure(job) {
  if (job.phase === 'hashing' && job.bytes_total) return { done: job.bytes_done, total: job.bytes_total };
  return { done: job.files_done, total: job.files_total };
}

/**
 * The paths that a second try is for.
 * @param {Sync|null} job
 * @returns {string[]}
 */
export function failedPaths(job) {
  return [...new Set((job?.errors ?? []).map((error) => error.path).filter(Boolean))];
}

/**
 * How many files failed that are not told by name: the list of errors has an end, and invalid files stand in it too.
 * @param {Sync} job
 */
export function untoldFailures(job) {
  return Math.max(0, job.failed - job.errors.filter(({ code }) => code !== 'invalid_file').length);
}

export class Syncs {
  /**
   * @param {Api} api
   * @param {Bus} bus hears `sync` after every change and `sync-finished` when one ended that was seen under way
   */
  constructor(api, bus) {
    this.api = api;
    this.bus = bus;
    /** @type {Sync|null} */
    this.job = null;
    this.failures = 0;
    this.started = false;
    this.poller = new Poller({
      ask: () => this.#ask(),
      delay: () => this.#delay(),
      setTimer: (run, ms) => window.setTimeout(run, ms),
      clearTimer: (timer) => window.clearTimeout(timer),
    });
  }

  /** Asks from now on, also before the tab is seen: a sync of the start changes the host's cards. Again does no harm. */
  start() {
    if (!this.started) {
      this.started = true;
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') this.poller.kick();
        else this.poller.reschedule();
      });
    }
    this.poller.start();
  }

  /** Nobody is there who could see an answer. */
  rest() {
    this.poller.stop();
  }

  #delay() {
    const active = this.job?.state === 'running' || this.job?.state === 'queued';
    return pollDelay({ active, visible: document.visibilityState === 'visible', failures: this.failures });
  }

  async #ask() {
    try {
      const { job } = await this.api.get('sync-progress');
      this.failures = 0;
      this.take(job);
    } catch {
      // The downloads' poller tells when nobody answers.
      this.failures += 1;
    }
  }

  /** @param {Sync|null} job */
  take(job) {
    const before = this.job;
    this.job = job;
    if (JSON.stringify(before) !== JSON.stringify(job)) this.bus.emit('sync', job);
    if (job && before?.id === job.id && isUnderWay(before) && !isUnderWay(job)) this.bus.emit('sync-finished', job);
  }

  /**
   * @param {{paths?: string[], force?: boolean}} [what] no paths: everything
   * @returns {Promise<void>} throws an ApiError
   */
  async submit(what = {}) {
    try {
      const { job } = await this.api.post('sync-metadata', what);
      const began = this.job?.id !== job.id;
      this.take(job);
      if (began && !isUnderWay(job)) this.bus.emit('sync-finished', job);
    } finally {
      this.poller.kick();
    }
  }

  /**
   * @param {SyncAction} action
   * @returns {Promise<void>} throws an ApiError
   */
  async act(action) {
    if (!this.job) return;
    try {
      const { job } = await this.api.post(`sync/${encodeURIComponent(this.job.id)}/${action}`);
      this.take(job);
    } finally {
      this.poller.kick();
    }
  }
}
