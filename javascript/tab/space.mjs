/** Whether what is chosen fits onto the drives where it would go. Pure. */

/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./types.mjs').ModelRoot} ModelRoot */
/** `folders` are the names of the model folders, `free` the bytes on the drive that has least. @typedef {{folders: string[], free: number|null, short: boolean}} Space */

/** The type of the folder for what the WebUI has no folder of its own for. */
const FALLBACK = 'Other';

/**
 * An estimate from the model's type; the plan before a download knows each file's own place.
 * @param {Card[]} cards those that are not here yet
 * @param {ModelRoot[]} roots
 * @returns {Space}
 */
export function spaceFor(cards, roots) {
  const folders = new Set();
  /** Bytes by the free space of the drive: folders of one drive say the same at the same moment. @type {Map<number, number>} */
  const drives = new Map();
  for (const card of cards) {
    const root = rootOf(card.type, roots);
    if (!root) continue;
    folders.add(root.path.replace(/\/+$/, '').split('/').at(-1) ?? root.path);
    if (typeof root.free_bytes !== 'number') continue;
    const size = card.latest?.file?.size_bytes ?? 0;
    drives.set(root.free_bytes, (drives.get(root.free_bytes) ?? 0) + size);
  }
  const free = drives.size ? Math.min(...drives.keys()) : null;
  return { folders: [...folders], free, short: [...drives].some(([there, needed]) => needed > there) };
}

/**
 * @param {string} type
 * @param {ModelRoot[]} roots
 */
function rootOf(type, roots) {
  return roots.find((root) => root.type === type) ?? roots.find((root) => root.type === FALLBACK) ?? null;
}
