/**
 * What lives as long as the page: the connection, the settings, the downloads and their one poller. It does not
 * know the DOM of the tab, which the host may throw away and build again at any time.
 */

import { Api, asApiError, UNREACHABLE } from './api.mjs';
import { isSamePicture } from './cdn.mjs';
import { readConfig } from './config.mjs';
import { Filing } from './filing.mjs';
import { PERIODS, SORTS } from './filters.mjs';
import { refreshHostCards } from './hostcards.mjs';
import { Library } from './library.mjs';
import { Look } from './look.mjs';
import { Ownership } from './ownership.mjs';
import { Poller, pollDelay } from './poll.mjs';
import { Queue } from './queue.mjs';
import { Bus, Store } from './store.mjs';
import { Syncs } from './syncs.mjs';
import { nowOf } from './wanted.mjs';

/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Model} Model */
/** @typedef {import('./types.mjs').Enums} Enums */
/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {import('./config.mjs').Config} Config */
/** @typedef {{failures: number, nextAt: number, code: string}} Link failures in a row, when the next try comes (ms), why */

/** CivitAI's own lists while `GET enums` gave none. @type {Enums} */
const FALLBACK_ENUMS = {
  model_types: [
    'Checkpoint',
    'LORA',
    'LoCon',
    'DoRA',
    'TextualInversion',
    'VAE',
    'Controlnet',
    'Upscaler',
    'Workflows',
    'Other',
  ],
  base_models: ['SD 1.5', 'SDXL 1.0', 'Pony', 'Illustrious', 'NoobAI', 'Flux.1 D', 'Flux.1 S', 'Other'],
  sorts: SORTS,
  periods: PERIODS,
};

/** Details of a model are shown from memory, and asked for again when they are older than this. */
const FRESH_MS = 300_000;
const MODELS_KEPT = 60;

export class Session {
  /** @param {string} apiBase */
  constructor(apiBase) {
    this.api = new Api(apiBase);
    this.bus = new Bus();
    this.owned = new Ownership();
    this.queue = new Queue(this.api, this.bus, {
      changed: (job, from) => this.#noteChange(job, from),
      here: (job) => this.owned.add(job),
      ask: () => this.poller.kick(),
    });
    this.library = new Library(this.api, this.bus);
    this.syncs = new Syncs(this.api, this.bus);
    this.filing = new Filing(this.api, this.bus);
    this.look = new Look(this.api, this.bus, () => this.jobs.doneIds());
    this.config = new Store(readConfig({}));
    this.configLoaded = false;
    /** The first answer about the settings, or that there is none. @type {Promise<void>} */
    this.configRead = Promise.resolve();
    this.wanted = false;
    this.enums = new Store(FALLBACK_ENUMS);
    this.status = new Store(/** @type {any} */ (null));
    this.link = new Store(/** @type {Link} */ ({ failures: 0, nextAt: 0, code: '' }));
    /** @type {Map<number, Picture>} */
    this.previews = new Map();
    /** @type {Set<string>} pictures that a person uncovered */
    this.revealed = new Set();
    /** @type {Map<number, {model: Model, at: number}>} */
    this.models = new Map();
    /** @type {Map<number, Promise<import('./types.mjs').Version>>} */
    this.versions = new Map();
    this.begun = false;
    /** Pictures of models that are being asked for, one after the other. */
    this.asking = Promise.resolve();
    /** @type {Set<number>} models asked for their picture */
    this.pictured = new Set();
    this.poller = new Poller({
      ask: () => this.#poll(),
      delay: () => this.#delay(),
      setTimer: (run, ms) => window.setTimeout(run, ms),
      clearTimer: (timer) => window.clearTimeout(timer),
    });
  }

  /** The element is in the page: from now on the server is asked. */
  start() {
    if (this.begun) {
      this.poller.start();
      this.syncs.start();
      if (!this.configLoaded) this.configRead = this.loadConfig();
      return;
    }
    this.begun = true;
    window.addEventListener('pagehide', () => this.queue.history.flush());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.catchUp();
      else this.poller.reschedule();
    });
    window.addEventListener('focus', () => this.catchUp());
    refreshHostCards(this.bus);
    this.bus.on('sync-finished', () => {
      this.library.refreshSoon();
      if (this.library.wanted) void this.filing.findOrphans();
    });
    this.bus.on('filed', (filed) => this.#onFiled(filed));
    this.bus.on('filing-refused', () => this.#lookAgain());
    for (const news of ['filed-seen', 'sync-finished']) this.bus.on(news, () => void this.look.refresh());
    this.bus.on('library', () => this.owned.settledBy && this.#settle());
    this.poller.start();
    this.syncs.start();
    this.configRead = this.loadConfig();
  }

  /** Somebody looks. Meanwhile another browser tab or a script may have changed settings or asked for downloads. */
  catchUp() {
    this.poller.kick();
    if (!this.resting && this.configLoaded) void this.loadConfig();
  }

  /** The element is gone, as while the host reloads its page: nothing is asked until the next `start`. */
  rest() {
    this.poller.stop();
    this.syncs.rest();
    this.filing.rest();
  }

  /** Is nobody there who could see an answer? */
  get resting() {
    return this.poller.stopped;
  }

  /** What is known of the downloads. */
  get jobs() {
    return this.queue.jobs;
  }

  /** What the picture that was looked into last uses, as it stands now. */
  wantedNow() {
    const { answer, chosen, settled } = this.look;
    return (answer?.resources ?? []).map((wanted, index) =>
      nowOf(wanted, index, chosen.get(index), ({ version_id: version, file_id: file }) => {
        const job = this.jobs.forFile(version, file ?? -1, true);
        return { job: job && settled.has(job.id) ? null : job, isAsked: this.queue.isAsked(version, file) };
      }),
    );
  }

  /** The model folders. @returns {import('./types.mjs').ModelRoot[]} */
  get roots() {
    return this.status.value?.roots ?? [];
  }

  #delay() {
    const { failures, code } = this.link.value;
    const visible = document.visibilityState === 'visible';
    const wait = pollDelay({ active: this.jobs.hasOpen || this.queue.asked.size > 0, visible, failures });
    if (failures) this.link.set({ failures, nextAt: Date.now() + wait, code });
    return wait;
  }

  async #poll() {
    try {
      const answer = await this.api.get(`download-progress?since=${this.jobs.revision}`);
      const changes = this.jobs.apply(answer);
      this.connected();
      for (const { job, from } of changes) this.#noteChange(job, from);
      this.queue.history.forget(answer.removed ?? []);
      const news = changes.length || answer.jobs?.length || answer.removed?.length;
      if (news || this.jobs.hasOpen) this.bus.emit('jobs', changes);
    } catch (error) {
      const problem = asApiError(error);
      if (problem.isCutOff) this.disconnected(problem.code);
    }
  }

  /** The server gave a sign of life. */
  connected() {
    if (this.link.value.failures === 0 || this.resting) return;
    this.link.set({ failures: 0, nextAt: 0, code: '' });
    if (!this.configLoaded) void this.loadConfig();
    if (this.wanted) {
      void this.#loadLists();
      void this.library.loadUpdates();
    }
    this.bus.emit('reconnected');
  }

  /**
   * A request found nobody, or nobody who knows us. The poller tries again and tells how it went.
   * @param {string} [code] why
   */
  disconnected(code = UNREACHABLE) {
    const isNews = this.link.value.failures === 0;
    this.link.set({ failures: this.link.value.failures + 1, nextAt: Date.now() + 1000, code });
    if (!isNews) return;
    this.jobs.lostSight();
    this.bus.emit('jobs', []);
  }

  /**
   * @param {Job} job
   * @param {string|null} from
   */
  #noteChange(job, from) {
    if (job.state === 'done') {
      this.owned.add(job);
      if (job.model_id != null) this.models.delete(job.model_id);
      this.library.refreshSoon();
    }
    this.queue.history.note(job);
    this.bus.emit('job', { job, from });
  }

  /**
   * Files went, moved or came back: what was known of their places is old. `filed-seen` tells when the list shows it,
   * so that nobody acts on rows that are none any more; what went into the trash has left the list already.
   * @param {import('./filing.mjs').Filed} filed
   */
  async #onFiled(filed) {
    const hasLeft = !filed.undone && filed.operations.every(({ kind }) => kind === 'delete');
    this.models.clear();
    this.library.release(filed.paths);
    void this.filing.findOrphans();
    if (hasLeft) this.bus.emit('filed-seen', filed);
    await this.library.load();
    this.#settle();
    this.bus.emit('library');
    if (!hasLeft) this.bus.emit('filed-seen', filed);
  }

  /** What was asked for did not fit what is here: perhaps another page or program moved it meanwhile. */
  #lookAgain() {
    void this.filing.findOrphans();
    void this.library.load();
  }

  /** From a first move of files on, the list of what is here says what is not here any more. */
  #settle() {
    const { loaded, loading, error, rows } = this.library;
    if (loaded && !loading && !error && this.owned.settledBy !== rows) this.owned.settle(rows);
  }

  async loadConfig() {
    try {
      const config = readConfig(await this.api.get('settings'), this.config.value);
      const isNews = !this.configLoaded || JSON.stringify(config) !== JSON.stringify(this.config.value);
      this.configLoaded = true;
      if (isNews) this.config.set(config);
    } catch (error) {
      this.bus.emit('config-failed', asApiError(error));
    }
  }

  /** The tab is seen for the first time. Until then nothing is asked that could lead to a request to CivitAI. */
  open() {
    if (this.wanted) return;
    this.wanted = true;
    void this.#loadLists();
    void this.library.loadUpdates();
  }

  async #loadLists() {
    await Promise.allSettled([
      this.api.get('enums').then((/** @type {Enums} */ enums) => this.enums.set(mergeEnums(enums))),
      this.loadStatus(),
    ]);
  }

  /** How things stand now. Where that cannot be told, what was known counts on. */
  async loadStatus() {
    try {
      this.status.set(await this.api.get('status'));
    } catch (error) {
      const problem = asApiError(error);
      if (problem.isCutOff) this.disconnected(problem.code);
    }
  }

  /**
   * @param {Record<string, unknown>} values
   * @returns {Promise<void>} throws an ApiError
   */
  async saveSettings(values) {
    this.config.set(readConfig(await this.api.post('settings', values), this.config.value));
    await this.loadConfig();
  }

  /**
   * @param {number} id
   * @param {AbortSignal} [signal]
   * @returns {Promise<Model>}
   */
  async loadModel(id, signal) {
    const known = this.models.get(id);
    if (known && Date.now() - known.at < FRESH_MS) return known.model;
    const model = await this.api.get(`model/${id}`, signal ? { signal } : {});
    this.models.delete(id);
    this.models.set(id, { model, at: Date.now() });
    if (this.models.size > MODELS_KEPT) this.models.delete(/** @type {number} */ (this.models.keys().next().value));
    return model;
  }

  /**
   * How a picture of a version was made, which CivitAI says only of the version itself.
   * @param {number} versionId
   * @param {string} url of the picture, in whatever size
   * @returns {Promise<Record<string, unknown>|null>} throws an ApiError
   */
  async metaOf(versionId, url) {
    let asked = this.versions.get(versionId);
    if (!asked) {
      asked = this.api.get(`model-version/${versionId}`);
      this.versions.set(versionId, asked);
      asked.catch(() => this.versions.delete(versionId));
      if (this.versions.size > MODELS_KEPT)
        this.versions.delete(/** @type {number} */ (this.versions.keys().next().value));
    }
    const { images } = await asked;
    return images.find((image) => isSamePicture(image.url, url))?.meta ?? null;
  }

  /**
   * The picture of a model that was not seen on this page. One model is asked for at a time, each only once.
   * @param {number} id
   * @returns {Promise<Picture|null>} null when there is none, or it cannot be had
   */
  previewOf(id) {
    this.asking = this.asking.then(() => this.#askPreview(id));
    return this.asking.then(() => this.previews.get(id) ?? null);
  }

  /** @param {number} id */
  async #askPreview(id) {
    if (this.resting || this.previews.has(id) || this.pictured.has(id)) return;
    this.pictured.add(id);
    try {
      this.rememberPreview(await this.loadModel(id));
    } catch (error) {
      if (asApiError(error).mayPass) this.pictured.delete(id);
    }
  }

  /** @param {Card} card */
  rememberPreview(card) {
    if (card.preview) this.previews.set(card.id, card.preview);
  }
}

/**
 * @param {Partial<Enums>|null} enums
 * @returns {Enums} every list that came, and ours in place of one that did not
 */
function mergeEnums(enums) {
  /** @param {keyof Enums} key */
  const pick = (key) => (Array.isArray(enums?.[key]) && enums[key].length ? enums[key] : FALLBACK_ENUMS[key]);
  return {
    model_types: pick('model_types'),
    base_models: pick('base_models'),
    sorts: pick('sorts'),
    periods: pick('periods'),
  };
}
