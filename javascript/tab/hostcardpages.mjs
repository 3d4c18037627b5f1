/**
 * The host's pages of model cards: where they are, and when the host draws them anew or something moves.
 * Nothing is asked for in turns: the page says what changes. A page of a form we do not know stays as it is.
 */

import { cardsOnScreen } from './hostcardscreen.mjs';
import { HOST_TABS, hostPage } from './hostprompt.mjs';

/** @typedef {import('./hostprompt.mjs').HostTab} HostTab */
/** @typedef {import('./hostcardfacts.mjs').CardKey} CardKey */

/** Gradio's frame around one page; it stays while what is in it comes and goes. */
const FRAMES = HOST_TABS.map((tab) => `[id^="${tab}_"][id$="_cards_html"]`).join(', ');
const CARDS = '.extra-network-cards > .card[data-name], .extra-network-thumbs > .card[data-name]';
/** The host draws in several steps, of which one look is enough (ms). */
const QUIET_MS = 120;
/** What can bring other cards to the screen: also the host's search, sorting and tabs. */
const MOVES = ['scroll', 'resize', 'input', 'click', 'transitionend'];
/** So long (ms) after the start a host may take to put its pages up. */
const PATIENCE_MS = 120_000;

/**
 * @typedef {object} PageEvents
 * @property {(cards: HTMLElement[]) => void} found cards that were not there before, on the screen or not
 * @property {() => void} moved other cards than before may be on the screen
 */

/**
 * @param {HTMLElement} card
 * @returns {CardKey}
 */
export function keyOf(card) {
  const copied = card.querySelector('.copy-path-button')?.getAttribute('data-clipboard-text');
  return { path: copied ?? card.getAttribute('data-sort-path') ?? '', name: card.dataset.name ?? '' };
}

/**
 * @param {Element} card
 * @returns {HostTab|null} the tab whose prompt the card writes into
 */
export function tabOf(card) {
  const frame = card.closest(FRAMES);
  return HOST_TABS.find((tab) => frame?.id.startsWith(`${tab}_`)) ?? null;
}

/**
 * @param {Element} frame
 * @returns {HTMLElement[]}
 */
function cardsIn(frame) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (frame.querySelectorAll(CARDS))];
}

export class CardPages {
  /** @param {PageEvents} events */
  constructor(events) {
    this.events = events;
    /** @type {Set<Element>} */
    this.frames = new Set();
    /** @type {WeakSet<Element>} */
    this.known = new WeakSet();
    /** Frames whose content has changed. @type {Set<Element>} */
    this.stale = new Set();
    this.timer = 0;
    this.patience = 0;
    this.isComplete = false;
    this.moved = () => this.events.moved();
    this.screen = new IntersectionObserver(this.moved);
    this.redrawn = new MutationObserver((records) => this.#onRedrawn(records));
    this.arriving = new MutationObserver(() => this.#lookSoon());
  }

  start() {
    this.arriving.observe(hostPage(), { childList: true, subtree: true });
    this.patience = window.setTimeout(() => this.arriving.disconnect(), PATIENCE_MS);
    this.isComplete = false;
    for (const event of MOVES) window.addEventListener(event, this.moved, { capture: true, passive: true });
    this.#look();
  }

  stop() {
    window.clearTimeout(this.timer);
    window.clearTimeout(this.patience);
    for (const event of MOVES) window.removeEventListener(event, this.moved, { capture: true });
    for (const observer of [this.arriving, this.redrawn, this.screen]) observer.disconnect();
    this.frames.clear();
    this.stale.clear();
    this.known = new WeakSet();
  }

  /** @returns {HTMLElement[]} every card there is now */
  get cards() {
    return [...this.frames].flatMap(cardsIn);
  }

  /** @returns {Set<HTMLElement>} the cards that can be seen now */
  get onScreen() {
    return new Set([...this.frames].flatMap((frame) => [...cardsOnScreen(frame, () => cardsIn(frame))]));
  }

  #lookSoon() {
    if (this.timer) return;
    this.timer = window.setTimeout(() => this.#look(), QUIET_MS);
  }

  /** What changes inside a card, our own marks above all, is no new card. @param {MutationRecord[]} records */
  #onRedrawn(records) {
    for (const { target, addedNodes } of records) {
      const place = /** @type {Element} */ (target);
      if (!addedNodes.length || place.closest('.card')) continue;
      const frame = place.closest(FRAMES);
      if (frame) this.stale.add(frame);
    }
    if (this.stale.size) this.#lookSoon();
  }

  #look() {
    this.timer = 0;
    if (!this.isComplete) this.#lookForFrames();
    const cards = [...this.stale].flatMap(cardsIn);
    this.stale.clear();
    const fresh = cards.filter((card) => !this.known.has(card));
    if (cards.length) this.events.moved();
    if (!fresh.length) return;
    this.events.found(fresh);
    for (const card of fresh) this.known.add(card);
  }

  /** Gradio puts all pages of a tab up at once. */
  #lookForFrames() {
    for (const frame of hostPage().querySelectorAll(FRAMES)) {
      if (this.frames.has(frame)) continue;
      this.frames.add(frame);
      this.stale.add(frame);
      this.redrawn.observe(frame, { childList: true, subtree: true });
      this.screen.observe(frame);
    }
    this.isComplete = HOST_TABS.every((tab) => [...this.frames].some((frame) => frame.id.startsWith(`${tab}_`)));
    if (this.isComplete) this.arriving.disconnect();
  }
}
