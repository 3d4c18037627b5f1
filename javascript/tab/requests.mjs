/** Lists that are longer than one request may be. Pure. */

/** The server takes 2 MiB; a character of a path is at most six bytes in JSON. */
const REQUEST_BYTES = 1_500_000;
/** And so many items. */
const REQUEST_ITEMS = 10_000;

/**
 * A list in as many parts as requests are needed for it.
 * @template T
 * @param {Iterable<T>} items
 * @returns {T[][]} no parts of nothing
 */
export function parts(items) {
  /** @type {T[][]} */
  const found = [];
  const encoder = new TextEncoder();
  let room = 0;
  for (const item of items) {
    const size = encoder.encode(JSON.stringify(item)).length + 1;
    if (size > room || !found.length || found[found.length - 1].length === REQUEST_ITEMS) {
      found.push([]);
      room = REQUEST_BYTES;
    }
    found.at(-1)?.push(item);
    room -= size;
  }
  return found;
}
