/**
 * The host's own model cards: their HTML is kept by the host until somebody presses its refresh button, so a model
 * that has just arrived would stay unseen. We press it for the user, once for a burst of arrivals.
 */

import { recall, remember } from './memory.mjs';
import { isUnderWay } from './syncs.mjs';

/** @typedef {import('./store.mjs').Bus} Bus */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./types.mjs').Sync} Sync */

/** How long the last arrival may lie back (ms) before the host is asked: a batch should cost one refresh. */
const QUIET_MS = 1500;

/** The last sync after which a page of this browser refreshed the cards. */
const REMEMBERED = 'cards-of-sync';

/** Ids of the hosts' hidden buttons: `txt2img_lora_extra_refresh_internal`. One of them refreshes all pages of its tab. */
const BUTTON_ID = /^([^_]+)_.+_extra_refresh_internal$/;

/**
 * The buttons to press: one for each of the host's tabs.
 * @param {Iterable<Element>} candidates
 * @returns {HTMLElement[]}
 */
export function buttonsToPress(candidates) {
  /** @type {Map<string, HTMLElement>} */
  const byTab = new Map();
  for (const button of candidates) {
    const tab = BUTTON_ID.exec(button.id)?.[1];
    if (tab !== undefined && !byTab.has(tab)) byTab.set(tab, /** @type {HTMLElement} */ (button));
  }
  return [...byTab.values()];
}

/**
 * Watch downloads, syncs and moves of files, and refresh the host's cards after one has arrived or ended. Standalone there are none.
 * @param {Bus} bus
 */
export function refreshHostCards(bus) {
  let timer = 0;
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const found = document.querySelectorAll('[id$="_extra_refresh_internal"]');
      for (const button of buttonsToPress(found)) button.click();
    }, QUIET_MS);
  };
  bus.on('job', (/** @type {{job: Job}} */ { job }) => {
    if (job.state === 'done') soon();
  });
  bus.on('filed', soon);
  let underWay = '';
  bus.on('sync', (/** @type {Sync|null} */ sync) => {
    if (!sync) return;
    if (isUnderWay(sync)) {
      underWay = sync.id;
      return;
    }
    // A sync may end before this page opens, and the host may still have the cards from before it.
    if (sync.id === underWay || recall('local', REMEMBERED) !== sync.id) soon();
    underWay = '';
    remember('local', REMEMBERED, sync.id);
  });
}
