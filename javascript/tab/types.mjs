/**
 * The shapes of the tab's REST contract (design 8), as JSDoc types. Nothing here runs.
 * Sizes are bytes, times are ISO 8601 UTC, `nsfw_level` is CivitAI's bit mask, hashes are lower case.
 */

/** A model folder and the free space of its drive. @typedef {{type: string, path: string, free_bytes?: number|null}} ModelRoot */
/** @typedef {'None'|'Soft'|'Mature'|'X'} LevelWord */
/** @typedef {'none'|'installed'|'update'} Installed */
/** @typedef {'queued'|'resolving'|'downloading'|'verifying'|'moving'|'done'|'paused'|'failed'|'cancelled'} JobState */

/**
 * @typedef {object} Picture
 * @property {number|string|null} [id]
 * @property {string} url
 * @property {'image'|'video'} kind
 * @property {number|null} width
 * @property {number|null} height
 * @property {string|null} blurhash
 * @property {number|null} nsfw_level
 * @property {Record<string, unknown>|null} [meta]
 */

/**
 * @typedef {object} ShortFile
 * @property {number} id
 * @property {string} name
 * @property {number|null} size_bytes
 * @property {string|null} format
 */

/**
 * @typedef {object} LatestVersion
 * @property {number} version_id
 * @property {string} name
 * @property {string|null} base_model
 * @property {string|null} published_at
 * @property {string|null} early_access_until
 * @property {ShortFile|null} file
 */

/**
 * @typedef {object} Stats
 * @property {number|null} downloads
 * @property {number|null} likes
 * @property {number|null} comments
 */

/**
 * @typedef {object} Card
 * @property {number} id
 * @property {string} name
 * @property {string} type
 * @property {string|null} creator
 * @property {string[]} base_models
 * @property {number|null} nsfw_level
 * @property {Stats} stats
 * @property {Picture|null} preview
 * @property {LatestVersion|null} latest
 * @property {Installed} installed
 * @property {string|null} page_url
 * @property {number|null} [hidden_images]
 */

/**
 * @typedef {object} ModelFile
 * @property {number} id
 * @property {string} name
 * @property {number|null} size_bytes
 * @property {string|null} type
 * @property {string|null} format
 * @property {string|null} fp
 * @property {string|null} size
 * @property {boolean} primary
 * @property {Record<string, string|null>} hashes
 * @property {string|null} pickle_scan
 * @property {string|null} virus_scan
 * @property {string|null} installed_path
 */

/**
 * @typedef {object} Version
 * @property {number} id
 * @property {number|null} model_id
 * @property {string|null} model_name
 * @property {string} name
 * @property {string|null} type
 * @property {string|null} base_model
 * @property {string|null} published_at
 * @property {string|null} early_access_until
 * @property {string[]} trained_words
 * @property {string|null} description_html
 * @property {ModelFile[]} files
 * @property {Picture[]} images
 * @property {boolean} installed
 * @property {number|null} [hidden_images]
 */

/** @typedef {Card & {description_html: string|null, tags: string[], license: Record<string, unknown>|null, versions: Version[]}} Model */

/**
 * @typedef {object} Problem
 * @property {string} code
 * @property {string} message
 * @property {string|null} [hint]
 */

/** @typedef {'high'|'normal'|'low'} Priority */
/** @typedef {'rename'|'fail'} OnConflict */
/** @typedef {{folder: string, files: string[], skipped: Array<{name: string, reason: string}>}} Unpacked */

/**
 * @typedef {object} Job
 * @property {string|number} id
 * @property {JobState} state
 * @property {{reason: string, message: string, until: string|null}|null} waiting
 * @property {number|null} model_id
 * @property {number} version_id
 * @property {number|null} file_id
 * @property {string|null} model_name
 * @property {string|null} version_name
 * @property {string|null} filename
 * @property {string|null} target_path
 * @property {number} bytes_done
 * @property {number|null} bytes_total
 * @property {number|null} speed_bps bytes in a second
 * @property {number|null} eta_s
 * @property {string|null} verified_by
 * @property {Array<string|Problem>} warnings
 * @property {Problem|null} error
 * @property {string|null} created_at
 * @property {string|null} updated_at
 * @property {Priority} [priority]
 * @property {number} [rank] the lower, the earlier it starts among waiting jobs of its priority
 * @property {Unpacked|null} [unpacked]
 * @property {{path: string, suggestion: string}|null} [conflict] the taken path and a name that is free
 * @property {string|null} [folder] as it was asked for
 * @property {OnConflict} [on_conflict]
 * @property {boolean} [allow_unsafe]
 * @property {boolean} [unpack]
 */

/**
 * @typedef {object} Totals
 * @property {number} active
 * @property {number} queued
 * @property {number} [paused]
 * @property {number} [failed]
 * @property {number|null} [bytes_left] what is known of it
 * @property {number|null} speed_bps
 * @property {number|null} eta_s
 * @property {number|null} [limit_bps] the bandwidth limit, null for none
 */
/** @typedef {{revision: number, jobs: Job[], totals: Totals, removed?: Array<string|number>}} Progress */
/** @typedef {{items: Card[], next_cursor: string|null, source: 'network'|'cache'|'stale'}} SearchPage */
/** @typedef {{items: Picture[], next_cursor: string|null, source: 'network'|'cache'|'stale', hidden_images: number}} PicturePage */
/** @typedef {{model_types: string[], base_models: string[], sorts: string[], periods: string[]}} Enums */

/** @typedef {'identified'|'unknown'|'pending'|'invalid'} LocalState */
/** @typedef {{version_id: number, name: string}} LocalUpdate */

/**
 * @typedef {object} Local
 * @property {string} path relative to `root`
 * @property {string} root absolute
 * @property {string} type
 * @property {string} name the file without its suffix
 * @property {number|null} size_bytes
 * @property {string|null} sha256
 * @property {string|null} autov2
 * @property {LocalState} state
 * @property {number|null} model_id
 * @property {number|null} version_id
 * @property {string|null} model_name
 * @property {string|null} version_name
 * @property {string|null} base_model
 * @property {string[]} trained_words
 * @property {string|null} preview_url
 * @property {number|null} [preview_nsfw_level]
 * @property {LocalUpdate|null} update
 * @property {string|null} synced_at
 * @property {string|null} kind what the file's content is, as its header says
 * @property {string|null} belongs_to the type of its content, where folder or CivitAI say another
 * @property {string[]} suggested_words from the training data in the file's own header
 */

/** @typedef {{items: Local[], next_cursor: string|null, total: number}} LocalPage */

/**
 * @typedef {object} NewerVersion
 * @property {number} version_id
 * @property {string} name
 * @property {string|null} base_model
 * @property {string|null} published_at
 * @property {string|null} early_access_until
 */

/** @typedef {{files: number, errors: SyncError[]}} Restored */
/** @typedef {{path: string, taken: Array<{source: string, fields: string[]}>}} Migrated `path` is that of a metadata file */

/** @typedef {'none'|'model'|'version'} Ignored */

/**
 * @typedef {object} Newer
 * @property {Local} local
 * @property {NewerVersion|null} update
 * @property {NewerVersion[]} early_access
 * @property {NewerVersion[]} other_base
 * @property {Ignored} ignored
 */

/** @typedef {'queued'|'running'|'paused'|'done'|'failed'|'cancelled'} SyncState */
/** @typedef {{path: string, code: string, message: string}} SyncError */

/**
 * @typedef {object} Sync
 * @property {string} id
 * @property {SyncState} state
 * @property {{reason: string, message: string, until: string|null}|null} waiting
 * @property {string} phase
 * @property {number} files_total
 * @property {number} files_done
 * @property {number} bytes_total
 * @property {number} bytes_done
 * @property {number} matched
 * @property {number} unmatched
 * @property {number} invalid
 * @property {number} failed
 * @property {number|null} eta_s
 * @property {SyncError[]} errors
 */

/**
 * @typedef {object} Descriptor
 * @property {string} key
 * @property {'bool'|'int'|'float'|'text'|'secret'|'choice'} kind
 * @property {unknown} default
 * @property {string} label
 * @property {string} help
 * @property {string[]|null} choices
 * @property {number|null} low the smallest number, inclusive
 * @property {number|null} high the largest number, inclusive
 * @property {boolean} restart
 * @property {boolean} locked
 * @property {string|null} note what is special about it here, for instance that the environment sets it
 */

export {};
