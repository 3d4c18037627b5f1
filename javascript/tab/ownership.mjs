/** What the page has learnt about installed models since an answer was given. Pure. */

/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Installed} Installed */
/** @typedef {import('./types.mjs').ModelFile} ModelFile */
/** @typedef {{model_id: number|null, version_id: number|null}} Here a file here */

export class Ownership {
  constructor() {
    /** @type {Map<number, Set<number>>} */
    this.versionsByModel = new Map();
    /** @type {Map<string, string>} */
    this.pathByFile = new Map();
    /** All that is here, so that what is not among it is gone. @type {Here[]|null} */
    this.settledBy = null;
  }

  /**
   * Files were taken away, moved or put back: only what lies here now counts.
   * @param {Here[]} rows all files here
   */
  settle(rows) {
    this.settledBy = rows;
    this.versionsByModel = new Map();
    this.pathByFile = new Map();
    for (const { model_id: model, version_id: version } of rows) {
      if (model === null || version === null) continue;
      const versions = this.versionsByModel.get(model);
      if (versions) versions.add(version);
      else this.versionsByModel.set(model, new Set([version]));
    }
  }

  /** @param {Job} job one that is done */
  add(job) {
    if (job.model_id != null) {
      const versions = this.versionsByModel.get(job.model_id) ?? new Set();
      this.versionsByModel.set(job.model_id, versions.add(job.version_id));
    }
    const file = job.file_id ?? 'default';
    this.pathByFile.set(`${job.version_id}/${file}`, job.target_path ?? job.filename ?? '');
  }

  /**
   * @param {Card} card
   * @returns {Installed} what the card's answer said, brought up to date
   */
  ofCard(card) {
    const versions = this.versionsByModel.get(card.id);
    if (!versions) return this.settledBy ? 'none' : card.installed;
    if (card.latest && versions.has(card.latest.version_id)) return 'installed';
    return card.installed === 'none' ? 'installed' : card.installed;
  }

  /**
   * @param {number} versionId
   * @param {ModelFile} file
   * @returns {string|null} where the file lies; '' when it is here and nobody said where
   */
  pathOf(versionId, file) {
    if (file.installed_path) return file.installed_path;
    const known = this.pathByFile.get(`${versionId}/${file.id}`);
    if (known !== undefined) return known;
    return (file.primary ? this.pathByFile.get(`${versionId}/default`) : undefined) ?? null;
  }

  /**
   * @param {{id: number, installed: boolean, model_id?: number|null}} version
   * @param {number} modelId
   */
  hasVersion(version, modelId) {
    const known = Boolean(this.versionsByModel.get(modelId)?.has(version.id));
    return known || (version.installed && !this.settledBy);
  }
}
