/** Files here with the same content. Pure. */

/** @typedef {import('./local.mjs').Row} Row */

/**
 * @param {Row[]} rows
 * @returns {Map<string, Row[]>} by the path of a file, all with its content, itself too; only where there are several
 */
export function duplicatesOf(rows) {
  /** @type {Map<string, Row[]>} */
  const byContent = new Map();
  for (const row of rows) {
    if (!row.sha256) continue;
    const same = byContent.get(row.sha256);
    if (same) same.push(row);
    else byContent.set(row.sha256, [row]);
  }
  /** @type {Map<string, Row[]>} */
  const found = new Map();
  for (const same of byContent.values()) if (same.length > 1) for (const row of same) found.set(row.id, same);
  return found;
}
