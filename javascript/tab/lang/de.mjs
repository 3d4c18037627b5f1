/** German. */

import { BROWSE } from './de/browse.mjs';
import { CARDS } from './de/cards.mjs';
import { DETAILS } from './de/details.mjs';
import { DOWNLOADS } from './de/downloads.mjs';
import { FILING } from './de/filing.mjs';
import { LIBRARY } from './de/library.mjs';
import { MISSING } from './de/missing.mjs';
import { SEND } from './de/send.mjs';
import { SERVER_ERRORS } from './de/servererrors.mjs';
import { SERVER_FILING } from './de/serverfiling.mjs';
import { SERVER_MESSAGES } from './de/servermessages.mjs';
import { SERVER_SETTINGS } from './de/serversettings.mjs';
import { SETTINGS } from './de/settings.mjs';

const OWN = /** @type {const} */ ({
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

/** @type {import('./shape.mjs').SameHoles<typeof OWN>} */
export const TEXTS = OWN;

/** @type {Record<string, string>} */
export const SERVER = { ...SERVER_ERRORS, ...SERVER_SETTINGS, ...SERVER_MESSAGES, ...SERVER_FILING };
