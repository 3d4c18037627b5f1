/** English: the language whose keys and placeholders every other one has to have; see `docs/translating.md`. */

import { BROWSE } from './en/browse.mjs';
import { CARDS } from './en/cards.mjs';
import { DETAILS } from './en/details.mjs';
import { DOWNLOADS } from './en/downloads.mjs';
import { FILING } from './en/filing.mjs';
import { LIBRARY } from './en/library.mjs';
import { MISSING } from './en/missing.mjs';
import { SEND } from './en/send.mjs';
import { SETTINGS } from './en/settings.mjs';

export const TEXTS = /** @type {const} */ ({
  ...BROWSE,
  ...CARDS,
  ...DETAILS,
  ...DOWNLOADS,
  ...FILING,
  ...LIBRARY,
  ...MISSING,
  ...SEND,
  ...SETTINGS,
});

/** What the server says is English already. @type {Record<string, string>} */
export const SERVER = {};
