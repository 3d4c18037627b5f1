/** Many downloads at once: what is asked, and what the server's plan comes to. Pure. */

/** @typedef {import('./typesdownloads.mjs').BatchItem} BatchItem */
/** @typedef {import('./typesdownloads.mjs').Plan} Plan */
/** @typedef {import('./typesdownloads.mjs').PlanFile} PlanFile */
/** @typedef {import('./typesdownloads.mjs').Volume} Volume */

/** The server takes no more in one request. */
export const BATCH_MOST = 200;

/**
 * @param {BatchItem[]} items
 * @returns {BatchItem[][]} in parts that the server takes, each file once
 */
export function batches(items) {
  const once = new Map(items.map((item) => [`${item.version_id}/${item.file_id ?? ''}/${item.all_files ?? ''}`, item]));
  const rest = [...once.values()];
  /** @type {BatchItem[][]} */
  const parts = [];
  while (rest.length) parts.push(rest.splice(0, BATCH_MOST));
  return parts;
}

/**
 * The plans of several requests as one. A volume has its space only once.
 * @param {Plan[]} plans
 * @returns {Plan}
 */
export function mergePlans(plans) {
  /** @type {Map<string, Volume>} */
  const volumes = new Map();
  for (const volume of plans.flatMap((plan) => plan.volumes)) {
    const needed = (volumes.get(volume.path)?.needed_bytes ?? 0) + volume.needed_bytes;
    const enough = volume.free_bytes === null ? volume.enough : needed <= volume.free_bytes;
    volumes.set(volume.path, { ...volume, needed_bytes: needed, enough });
  }
  return {
    files: plans.flatMap((plan) => plan.files),
    bytes_needed: sum(plans.map((plan) => plan.bytes_needed)),
    unknown_sizes: sum(plans.map((plan) => plan.unknown_sizes)),
    volumes: [...volumes.values()],
  };
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @type {PlanFile['state'][]} what a person has to decide about comes first */
const STATES = ['refused', 'new', 'queued', 'installed'];

/**
 * @param {Plan} plan
 * @returns {Record<PlanFile['state'], PlanFile[]>}
 */
export function byState(plan) {
  /** @type {Record<PlanFile['state'], PlanFile[]>} */
  const found = { refused: [], new: [], queued: [], installed: [] };
  for (const file of plan.files) found[file.state]?.push(file);
  return found;
}

/**
 * @param {Plan} plan
 * @returns {PlanFile[]} what is refused first, what is here last
 */
export function inOrder(plan) {
  const found = byState(plan);
  return STATES.flatMap((state) => found[state]);
}

/**
 * @param {Plan} plan
 * @returns {Volume[]} where the space does not do
 */
export function fullVolumes(plan) {
  return plan.volumes.filter((volume) => !volume.enough);
}
