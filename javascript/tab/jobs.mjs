/** What is known of the downloads, put together from the answers of `download-progress`. Pure. */

/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').JobState} JobState */
/** @typedef {import('./types.mjs').Totals} Totals */
/** @typedef {import('./types.mjs').Progress} Progress */
/** @typedef {{job: Job, from: JobState|null}} JobChange */
/** @typedef {'active'|'queued'|'paused'|'failed'|'done'} JobGroup */
/** @typedef {import('./types.mjs').Priority} Priority */

/** @type {Record<JobState, JobGroup>} */
const GROUPS = {
  resolving: 'active',
  downloading: 'active',
  verifying: 'active',
  moving: 'active',
  queued: 'queued',
  paused: 'paused',
  failed: 'failed',
  done: 'done',
  cancelled: 'done',
};

/** @type {JobGroup[]} */
export const GROUP_ORDER = ['active', 'queued', 'paused', 'failed', 'done'];

/** The most urgent first. @type {Priority[]} */
export const PRIORITIES = ['high', 'normal', 'low'];

/** @typedef {'pause'|'resume'|'cancel'|'retry'} JobAction */

/** @type {Record<JobState, JobAction[]>} */
const ACTIONS = {
  queued: ['pause', 'cancel'],
  resolving: ['pause', 'cancel'],
  downloading: ['pause', 'cancel'],
  verifying: ['cancel'],
  moving: [],
  paused: ['resume', 'cancel'],
  failed: ['retry', 'cancel'],
  cancelled: ['retry'],
  done: [],
};

/**
 * @param {JobState} state
 * @returns {JobGroup}
 */
export function groupOf(state) {
  return GROUPS[state] ?? 'queued';
}

/**
 * What a person can do with a job in this state.
 * @param {JobState} state
 * @returns {JobAction[]}
 */
export function actionsOf(state) {
  return ACTIONS[state] ?? [];
}

/**
 * Is the job neither finished nor given up?
 * @param {Job} job
 */
export function isOpen(job) {
  return job.state !== 'done' && job.state !== 'failed' && job.state !== 'cancelled';
}

/**
 * @param {Job} job
 * @returns {Priority}
 */
export function priorityOf(job) {
  return job.priority ?? 'normal';
}

/**
 * The order in which waiting jobs start.
 * @param {Job} one
 * @param {Job} other
 */
function byTurn(one, other) {
  return (
    PRIORITIES.indexOf(priorityOf(one)) - PRIORITIES.indexOf(priorityOf(other)) ||
    (one.rank ?? 0) - (other.rank ?? 0) ||
    byAge(one, other)
  );
}

/**
 * The oldest first. Times of one form are in the order of their letters.
 * @param {Job} one
 * @param {Job} other
 */
function byAge(one, other) {
  const [before, after] = [one.created_at ?? '', other.created_at ?? ''];
  return before < after ? -1 : before > after ? 1 : 0;
}

/** @returns {{all: Job[]|null, groups: Record<JobGroup, Job[]>|null, byModel: Map<number, Job>|null}} */
function freshAnswers() {
  return { all: null, groups: null, byModel: null };
}

export class JobBook {
  constructor() {
    this.revision = 0;
    this.loaded = false;
    /** @type {Map<string, Job>} */
    this.jobs = new Map();
    /** What is asked of the same jobs again and again, by every card at every tick. */
    this.known = freshAnswers();
    /** @type {Totals} */
    this.totals = { active: 0, queued: 0, speed_bps: null, eta_s: null };
  }

  /**
   * @param {Progress} answer
   * @returns {JobChange[]} jobs whose state is another one now; nothing at the first answer, which tells of the past
   */
  apply(answer) {
    const first = !this.loaded;
    const changes = (answer.jobs ?? []).flatMap((job) => this.put(job));
    this.loaded = true;
    this.revision = answer.revision;
    for (const id of answer.removed ?? []) this.jobs.delete(String(id));
    if (answer.removed?.length) this.known = freshAnswers();
    if (answer.totals) this.totals = answer.totals;
    return first ? [] : changes;
  }

  /** Nobody tells any more how fast it goes, and when it will be done. */
  lostSight() {
    this.totals = { ...this.totals, speed_bps: null, eta_s: null };
    for (const [key, job] of this.jobs)
      if (job.speed_bps !== null || job.eta_s !== null) this.jobs.set(key, { ...job, speed_bps: null, eta_s: null });
    this.known = freshAnswers();
  }

  /**
   * @param {Job} job
   * @returns {JobChange[]} one change, or none
   */
  put(job) {
    const key = String(job.id);
    const before = this.jobs.get(key);
    if (before && isOlder(job, before)) return [];
    this.jobs.set(key, job);
    this.known = freshAnswers();
    return before?.state === job.state ? [] : [{ job, from: before?.state ?? null }];
  }

  /** @returns {Job[]} newest first */
  all() {
    this.known.all ??= [...this.jobs.values()].sort((one, other) => byAge(other, one));
    return this.known.all;
  }

  /**
   * What runs in the order it was asked for, what waits in the order it starts, the rest newest first. A finished
   * job is left out when the same file was asked for again after it.
   * @returns {Record<JobGroup, Job[]>}
   */
  groups() {
    this.known.groups ??= this.#grouped();
    return this.known.groups;
  }

  #grouped() {
    /** @type {Record<JobGroup, Job[]>} */
    const found = { active: [], queued: [], paused: [], failed: [], done: [] };
    const asked = new Set();
    for (const job of this.all()) {
      const file = `${job.version_id}/${job.file_id}`;
      if (isOpen(job) || !asked.has(file)) found[groupOf(job.state)].push(job);
      asked.add(file);
    }
    found.active.reverse();
    found.queued.sort(byTurn);
    found.paused.sort(byTurn);
    return found;
  }

  /**
   * A move that the server has not confirmed yet.
   * @param {Job} job
   * @param {{priority: Priority, rank: number}} place
   */
  place(job, place) {
    const key = String(job.id);
    this.jobs.set(key, { ...(this.jobs.get(key) ?? job), ...place });
    this.known = freshAnswers();
  }

  get hasOpen() {
    return [...this.jobs.values()].some((job) => isOpen(job) && job.state !== 'paused');
  }

  /** @returns {Job['id'][]} */
  doneIds() {
    return this.all().flatMap(({ id, state }) => (state === 'done' ? [id] : []));
  }

  /**
   * The open job of a model, the busiest first.
   * @param {number} modelId
   * @returns {Job|null}
   */
  openForModel(modelId) {
    this.known.byModel ??= this.#openByModel();
    return this.known.byModel.get(modelId) ?? null;
  }

  #openByModel() {
    /** @type {Map<number, Job>} */
    const found = new Map();
    for (const job of this.all()) {
      if (job.model_id === null || !isOpen(job)) continue;
      const before = found.get(job.model_id);
      const busier = groupOf(job.state) === 'active' && before && groupOf(before.state) !== 'active';
      if (!before || busier) found.set(job.model_id, job);
    }
    return found;
  }

  /**
   * The newest job of one file. A job without a file id stands for the version's default file.
   * @param {number} versionId
   * @param {number} fileId
   * @param {boolean} primary
   * @returns {Job|null}
   */
  forFile(versionId, fileId, primary) {
    return (
      this.all().find(
        (job) => job.version_id === versionId && (job.file_id === fileId || (job.file_id === null && primary)),
      ) ?? null
    );
  }
}

/**
 * An answer under way may be older than one that is known already.
 * @param {Job} job
 * @param {Job} known
 */
function isOlder(job, known) {
  return Boolean(job.updated_at && known.updated_at && Date.parse(job.updated_at) < Date.parse(known.updated_at));
}
