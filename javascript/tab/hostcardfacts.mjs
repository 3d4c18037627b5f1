/** What is known of the files behind the host's own cards, found by what a card says of its file. Pure. */

/** @typedef {[root: number, path: string, model: number, version: number|null, versionName: string|null, level: number, hasWords: number, updateId: number|null, updateName: string|null]} Line */
/** @typedef {{roots: string[], cards: Line[]}} FactsAnswer of `GET cards` */

/**
 * @typedef {object} Fact
 * @property {string} path absolute, with forward slashes
 * @property {string} name of the file, without its suffix
 * @property {number} model
 * @property {number|null} version
 * @property {string|null} versionName
 * @property {number} level NSFW bit of the preview, 0 where none is known
 * @property {boolean} hasWords
 * @property {{id: number, name: string}|null} update
 */

/** @typedef {{path: string, name: string}} CardKey what a card says of its file */

/** @param {string} path */
function withSlashes(path) {
  return path.replaceAll('\\', '/');
}

/** @param {string} path */
function stemOf(path) {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const dot = file.lastIndexOf('.');
  return dot > 0 ? file.slice(0, dot) : file;
}

export class CardFacts {
  /** @param {FactsAnswer} answer */
  constructor({ roots, cards }) {
    /** @type {Map<string, Fact>} */
    this.byPath = new Map();
    /** Hosts write paths in small letters for sorting. @type {Map<string, Fact>} */
    this.byLower = new Map();
    /** null where several files have that name. @type {Map<string, Fact|null>} */
    this.byName = new Map();
    for (const line of cards) {
      const [root, below, model, version, versionName, level, hasWords, updateId, updateName] = line;
      const path = `${(roots[root] ?? '').replace(/\/+$/, '')}/${below}`;
      const name = stemOf(below);
      const update = updateId === null ? null : { id: updateId, name: updateName ?? '' };
      const fact = { path, name, model, version, versionName, level, hasWords: hasWords === 1, update };
      this.byPath.set(path, fact);
      this.byLower.set(path.toLowerCase(), fact);
      this.byName.set(name, this.byName.has(name) ? null : fact);
    }
  }

  /**
   * @param {CardKey} key
   * @returns {Fact|null}
   */
  of({ path, name }) {
    if (!path) return this.byName.get(name) ?? null;
    const wanted = withSlashes(path);
    return this.byPath.get(wanted) ?? this.byLower.get(wanted.toLowerCase()) ?? null;
  }

  /** @param {(fact: Fact) => boolean} holds */
  some(holds) {
    for (const fact of this.byPath.values()) if (holds(fact)) return true;
    return false;
  }
}
