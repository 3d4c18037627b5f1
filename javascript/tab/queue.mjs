/** What the page asks of the download queue, and what it has asked and not heard of yet. Knows no DOM. */

import { History } from './history.mjs';
import { JobBook, priorityOf } from './jobs.mjs';
import { batches, mergePlans } from './plan.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./store.mjs').Bus} Bus */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Priority} Priority */
/** @typedef {import('./typesdownloads.mjs').BatchItem} BatchItem */
/** @typedef {import('./typesdownloads.mjs').Choice} Choice */
/** @typedef {import('./typesdownloads.mjs').Plan} Plan */
/** @typedef {import('./typesdownloads.mjs').Target} Target */
/** @typedef {import('./queueorder.mjs').Move} Move */
/** @typedef {'pause'|'resume'|'cancel'|'retry'|'again'|'unpack'|'try-now'} QueueAction */
/** @typedef {'pause-all'|'resume-all'|'retry-failed'} QueueSweep */
/** @typedef {{versionId: number, fileId: number|null, choice?: Choice}} DownloadWish */

/**
 * @typedef {object} QueueEvents
 * @property {(job: Job, from: string|null) => void} changed a job has another state now
 * @property {(job: Job) => void} here its file is in place
 * @property {() => void} ask let the poller ask at once
 */

export class Queue {
  /**
   * @param {Api} api
   * @param {Bus} bus
   * @param {QueueEvents} events
   */
  constructor(api, bus, events) {
    this.api = api;
    this.bus = bus;
    this.events = events;
    this.jobs = new JobBook();
    this.history = new History(api, () => bus.emit('history'));
    /** @type {Set<string>} downloads asked for, not confirmed yet: `version/file` */
    this.asked = new Set();
    /** @type {Map<string, string>} what was asked of a job and is not answered yet, by job id */
    this.pending = new Map();
    this.moves = 0;
    /** @type {Promise<unknown>} */
    this.moving = Promise.resolve();
  }

  /**
   * @param {number} versionId
   * @param {number|null} fileId
   */
  isAsked(versionId, fileId) {
    return this.asked.has(`${versionId}/${fileId ?? 'default'}`);
  }

  /** @param {Job} job @returns {string|null} what was asked of it and is not answered yet */
  pendingOf(job) {
    return this.pending.get(String(job.id)) ?? null;
  }

  /**
   * Asks for a download. The page shows it as queued at once.
   * @param {DownloadWish} wish
   * @returns {Promise<{job: Job, known: boolean}>} known: the page knew that job already; throws an ApiError
   */
  async download(wish) {
    const key = `${wish.versionId}/${wish.fileId ?? 'default'}`;
    // The poller may hear of a new job before this request is answered.
    const before = new Set(this.jobs.jobs.keys());
    this.asked.add(key);
    this.bus.emit('jobs', []);
    try {
      /** @type {Record<string, unknown>} */
      const body = { version_id: wish.versionId, ...wish.choice };
      if (wish.fileId !== null) body.file_id = wish.fileId;
      const { job } = await this.api.post('download', body);
      this.#take([job]);
      if (job.state === 'done') this.events.here(job);
      return { job, known: before.has(String(job.id)) };
    } finally {
      this.asked.delete(key);
      this.bus.emit('jobs', []);
      this.events.ask();
    }
  }

  /**
   * @param {Job} job
   * @param {QueueAction} action
   * @param {Choice} [choice] for `retry`
   * @returns {Promise<Job>} as it is now; throws an ApiError
   */
  act(job, action, choice = {}) {
    return this.#steer(job, action, async () => {
      const answer = await this.api.post(`downloads/${pathOf(job)}/${action}`, choice);
      return answer.job;
    });
  }

  /**
   * Shown at once. Moves are sent one after the other, and only what the last one answers is shown: a person who
   * presses a key three times shall not see the steps between.
   * @param {Job} job
   * @param {Move} move
   * @returns {Promise<void>} throws an ApiError
   */
  async move(job, move) {
    const { priority, rank } = move;
    this.jobs.place(job, { priority, rank });
    this.bus.emit('jobs', []);
    this.moves += 1;
    const sent = this.moving.then(() => this.#sendMove(job, move));
    this.moving = sent.catch(() => {});
    try {
      const answer = await sent;
      if (this.moves === 1) this.#take([answer]);
    } catch (error) {
      this.jobs.place(job, { priority: priorityOf(job), rank: job.rank ?? 0 });
      throw error;
    } finally {
      this.moves -= 1;
      this.bus.emit('jobs', []);
      if (this.moves === 0) this.events.ask();
    }
  }

  /**
   * @param {Job} job
   * @param {Move} move
   * @returns {Promise<Job>}
   */
  async #sendMove(job, move) {
    const { priority } = move;
    if (priority !== priorityOf(job)) await this.api.post(`downloads/${pathOf(job)}/priority`, { priority });
    return (await this.api.post(`downloads/${pathOf(job)}/move`, move.body)).job;
  }

  /**
   * @param {Job} job
   * @param {Priority} priority
   * @returns {Promise<Job>} throws an ApiError
   */
  prioritise(job, priority) {
    return this.#steer(job, 'move', async () => {
      const answer = await this.api.post(`downloads/${pathOf(job)}/priority`, { priority });
      return answer.job;
    });
  }

  /**
   * @param {Job} job
   * @param {string} what
   * @param {() => Promise<Job>} ask
   */
  async #steer(job, what, ask) {
    const key = String(job.id);
    this.pending.set(key, what);
    this.bus.emit('jobs', []);
    try {
      const answer = await ask();
      this.pending.delete(key);
      this.#take([answer]);
      return answer;
    } finally {
      this.pending.delete(key);
      this.bus.emit('jobs', []);
      this.events.ask();
    }
  }

  /**
   * @param {QueueSweep} sweep
   * @returns {Promise<number>} how many jobs it concerned; throws an ApiError
   */
  async sweep(sweep) {
    try {
      const { changed, jobs } = await this.api.post(`downloads/${sweep}`);
      this.#take(jobs ?? []);
      return typeof changed === 'number' ? changed : (jobs ?? []).length;
    } finally {
      this.events.ask();
    }
  }

  /**
   * @param {BatchItem[]} items
   * @param {AbortSignal} [signal]
   * @returns {Promise<Plan>} what these downloads would come to; nothing begins. Throws an ApiError
   */
  async plan(items, signal) {
    const plans = [];
    for (const part of batches(items)) {
      const answer = await this.api.post('downloads/batch', { items: part, dry_run: true }, signal ? { signal } : {});
      plans.push(answer.plan);
    }
    return mergePlans(plans);
  }

  /**
   * @param {BatchItem[]} items
   * @returns {Promise<Plan>} throws an ApiError
   */
  async batch(items) {
    const plans = [];
    try {
      for (const part of batches(items)) {
        const answer = await this.api.post('downloads/batch', { items: part, dry_run: false });
        this.#take(answer.jobs);
        plans.push(answer.plan);
      }
    } finally {
      this.events.ask();
    }
    return mergePlans(plans);
  }

  /**
   * @param {{versionId: number, fileId: number|null, folder: string|null, filename: string}} wish folder null: where
   *   the templates say; '' the type's own folder
   * @param {AbortSignal} signal
   * @returns {Promise<Target>} throws an ApiError
   */
  target(wish, signal) {
    const words = new URLSearchParams({ version_id: String(wish.versionId) });
    if (wish.fileId !== null) words.set('file_id', String(wish.fileId));
    if (wish.folder !== null) words.set('folder', wish.folder);
    if (wish.filename) words.set('filename', wish.filename);
    return this.api.get(`download-target?${words}`, { signal });
  }

  /** @param {Job[]} jobs as an action answered them */
  #take(jobs) {
    const changes = jobs.flatMap((job) => this.jobs.put(job));
    for (const change of changes) this.events.changed(change.job, change.from);
    this.bus.emit('jobs', changes);
  }
}

/** @param {Job} job */
function pathOf(job) {
  return encodeURIComponent(String(job.id));
}
