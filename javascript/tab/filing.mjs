/** Files that are taken away, moved and put back: asked for, followed, told. Knows no DOM. */

import { asApiError } from './api.mjs';
import { isRunning, joined, planRequests } from './filingrules.mjs';
import { Poller, pollDelay } from './poll.mjs';
import { parts } from './requests.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./api.mjs').ApiError} ApiError */
/** @typedef {import('./store.mjs').Bus} Bus */
/** @typedef {import('./typesfiling.mjs').Operation} Operation */
/** @typedef {import('./typesfiling.mjs').Orphans} Orphans */
/** @typedef {import('./typesfiling.mjs').Trash} Trash */

/**
 * What was asked for at once, and is told at once: as many operations as requests were needed.
 * @typedef {{ids: Set<string>, paths: string[], undone: boolean, asking: boolean}} Order
 */

/** How an order went. @typedef {{operations: Operation[], paths: string[], undone: boolean}} Filed */

export class Filing {
  /**
   * @param {Api} api
   * @param {Bus} bus hears `filing` after every change, `filed` when an order has come to its end, and
   *   `filing-refused` when a server said no to one
   */
  constructor(api, bus) {
    this.api = api;
    this.bus = bus;
    /** @type {Operation[]} the newest first */
    this.operations = [];
    /** @type {Trash|null} */
    this.trash = null;
    /** @type {Orphans|null} */
    this.orphans = null;
    /** @type {ApiError|null} */
    this.error = null;
    /** @type {Set<Order>} */
    this.orders = new Set();
    this.failures = 0;
    /** Counts what was learnt of single operations: a list that was asked for before is older. */
    this.news = 0;
    this.poller = new Poller({
      ask: () => this.#ask(),
      delay: () => this.#delay(),
      setTimer: (run, ms) => window.setTimeout(run, ms),
      clearTimer: (timer) => window.clearTimeout(timer),
    });
    this.poller.stop();
  }

  /** The Library is shown: what still runs, perhaps since before a reload, is followed to its end. */
  open() {
    this.poller.start();
    if (!this.orphans) void this.findOrphans();
  }

  /** Nobody is there who could see an answer. */
  rest() {
    this.poller.stop();
  }

  /** @returns {Operation[]} what is under way */
  get running() {
    return this.operations.filter(isRunning);
  }

  #delay() {
    const visible = document.visibilityState === 'visible';
    return pollDelay({ active: true, visible, failures: this.failures });
  }

  async #ask() {
    const { news } = this;
    try {
      const { operations, trash } = await this.api.get('file-operations');
      if (news !== this.news) return;
      this.failures = 0;
      this.error = null;
      this.trash = trash;
      this.#take(operations);
    } catch (error) {
      this.failures += 1;
      this.error = asApiError(error);
      this.bus.emit('filing');
    }
    // Nothing is asked in turns while nothing happens.
    if (!this.running.length && !this.error?.mayPass) this.poller.stop();
  }

  /** @param {Operation[]} operations all that are known, the newest first */
  #take(operations) {
    this.operations = operations;
    const followed = new Set([...this.orders].flatMap((order) => [...order.ids]));
    for (const { id, state } of this.running.filter((one) => !followed.has(one.id)))
      this.orders.add({ ids: new Set([id]), paths: [], undone: state === 'undoing', asking: false });
    this.bus.emit('filing');
    this.#settle();
  }

  /** Tells of every order all of which has ended. */
  #settle() {
    for (const order of [...this.orders]) {
      const operations = this.operations.filter((one) => order.ids.has(one.id));
      if (order.asking || operations.some(isRunning)) continue;
      this.orders.delete(order);
      if (operations.length) this.bus.emit('filed', { operations, paths: order.paths, undone: order.undone });
    }
  }

  /**
   * @param {string[]} paths of models, or of what is left over of some
   * @returns {Promise<void>} when all has begun; throws an ApiError
   */
  remove(paths) {
    const requests = parts(paths).map((part) => () => this.api.post('local-models/delete', { paths: part }));
    return this.#order(requests, { paths, undone: false });
  }

  /**
   * @param {Array<{path: string, target: string}>} moves
   * @returns {Promise<void>} when all has begun; throws an ApiError
   */
  organise(moves) {
    const requests = parts(moves).map((part) => () => this.api.post('organise', { moves: part }));
    return this.#order(requests, { paths: [], undone: false });
  }

  /**
   * @param {Operation[]} operations
   * @returns {Promise<void>} when all has begun; throws an ApiError
   */
  undo(operations) {
    const known = this.operations.map(({ id }) => id);
    const order = [...operations].sort((one, other) => known.indexOf(one.id) - known.indexOf(other.id));
    const requests = order.map(
      ({ id }) =>
        () =>
          this.api.post(`file-operations/${encodeURIComponent(id)}/undo`),
    );
    return this.#order(requests, { paths: [], undone: true });
  }

  /**
   * @param {Array<() => Promise<{operation: Operation}>>} requests one after the other
   * @param {{paths: string[], undone: boolean}} about
   */
  async #order(requests, about) {
    /** @type {Order} */
    const order = { ...about, ids: new Set(), asking: true };
    this.orders.add(order);
    try {
      for (const ask of requests) {
        const { operation } = await ask();
        this.news += 1;
        order.ids.add(operation.id);
        this.operations = [operation, ...this.operations.filter(({ id }) => id !== operation.id)];
        this.bus.emit('filing');
      }
    } catch (error) {
      if (!asApiError(error).isCutOff) this.bus.emit('filing-refused');
      throw error;
    } finally {
      order.asking = false;
      this.#settle();
      this.poller.start();
    }
  }

  /**
   * Where files would go. Changes nothing.
   * @param {import('./typesfiling.mjs').MoveWish} wish
   * @param {AbortSignal} signal
   * @returns {Promise<import('./typesfiling.mjs').MovePlan>} throws an ApiError
   */
  async plan(wish, signal) {
    const plans = [];
    for (const request of planRequests(wish))
      plans.push(await this.api.post('organise/plan', { types: [], ...request }, { signal }));
    return joined(plans);
  }

  /**
   * What is in the trash is gone then.
   * @returns {Promise<Trash>} what was removed; throws an ApiError
   */
  async emptyTrash() {
    try {
      return await this.api.post('trash/empty', { ids: [] });
    } finally {
      this.poller.start();
    }
  }

  /** @returns {Promise<void>} never throws: nobody waits for what is left over */
  async findOrphans() {
    try {
      this.orphans = await this.api.get('orphans');
      this.bus.emit('filing');
    } catch {
      // What was known stays; the Library tells when nobody answers.
    }
  }
}
