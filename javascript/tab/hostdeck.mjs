/**
 * CivitDock on the host's own model cards. One request says what is known of all files; after that only cards that are
 * on the screen get anything, and lose it again when they leave.
 */

import { CardFacts } from './hostcardfacts.mjs';
import { CardMark } from './hostcardmark.mjs';
import { CardPages, keyOf, tabOf } from './hostcardpages.mjs';
import { DeckActions } from './hostdeckactions.mjs';
import { promptField } from './hostprompt.mjs';
import { isAbove, LEVELS } from './levels.mjs';
import { loadSheet } from './styles.mjs';

/** @typedef {import('./session.mjs').Session} Session */
/** @typedef {import('./hostcardfacts.mjs').Fact} Fact */
/** @typedef {import('./hostcardmark.mjs').MarkState} MarkState */

/** Covered pictures are hidden, and on the screen blurred: hundreds of filters would cost every frame of a scroll. */
const COVERED = 'civitdock-covered';
const SEEN = 'civitdock-seen';
/** Several arrivals in a row cost one question (ms). */
const QUIET_MS = 1500;
/** Scrolling has come to rest (ms). */
const SETTLE_MS = 120;

export class HostDeck {
  /**
   * @param {Session} session
   * @param {() => void} openTab brings our own tab to the front
   */
  constructor(session, openTab) {
    this.session = session;
    this.actions = new DeckActions(this, openTab);
    /** @type {CardFacts|null} */
    this.facts = null;
    this.asked = false;
    /** @type {CSSStyleSheet|null} */
    this.sheet = null;
    /** @type {Map<HTMLElement, CardMark>} */
    this.marks = new Map();
    /** @type {Set<HTMLElement>} cards on the screen, ours or not */
    this.onScreen = new Set();
    this.timer = 0;
    this.settling = 0;
    /** @type {CardPages|null} */
    this.pages = null;
    this.started = false;
  }

  /** From now on cards are looked for; calling it again changes nothing. */
  start() {
    if (this.started) return;
    this.started = true;
    const { bus, config } = this.session;
    config.on(() => this.#configure());
    bus.on('job', ({ job }) => job.state === 'done' && this.#askSoon());
    bus.on('sync-finished', () => this.#askSoon());
    bus.on('filed', () => this.#askSoon());
    bus.on('updates-changed', () => this.#askSoon());
    this.#configure();
  }

  /** Does the user want buttons, covered pictures, both or neither? */
  get wanted() {
    const { values } = this.session.config.value;
    return { buttons: values.civitai_card_buttons !== false, blur: values.civitai_card_blur !== false };
  }

  #configure() {
    if (!this.session.configLoaded && !Object.keys(this.session.config.value.values).length) return;
    const { buttons, blur } = this.wanted;
    if (!buttons && !blur) this.#stop();
    else if (this.pages) this.redraw();
    else this.#begin();
  }

  #begin() {
    this.pages = new CardPages({
      found: (cards) => this.#found(cards),
      moved: () => this.#settleSoon(),
    });
    this.pages.start();
  }

  #stop() {
    for (const card of this.pages?.cards ?? []) card.classList.remove(COVERED);
    for (const card of [...this.marks.keys()]) this.#undraw(card);
    this.onScreen.clear();
    window.clearTimeout(this.settling);
    this.pages?.stop();
    this.pages = null;
  }

  // --- what is known -------------------------------------------------------------------------------------------

  #askSoon() {
    if (!this.asked) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.#ask(), QUIET_MS);
  }

  async #ask() {
    this.asked = true;
    try {
      const [answer, sheet] = await Promise.all([this.session.api.get('cards'), loadSheet('hostcards.css')]);
      this.facts = new CardFacts(answer);
      this.sheet = sheet;
      this.redraw();
    } catch {
      // The cards stay the host's alone; the tab says itself when the server is gone, and a later arrival asks again.
    }
  }

  /**
   * @param {HTMLElement} card
   * @returns {Fact|null}
   */
  factOf(card) {
    return this.facts?.of(keyOf(card)) ?? null;
  }

  // --- covered pictures ----------------------------------------------------------------------------------------

  /** @param {Fact} fact */
  #isCoverable(fact) {
    const { level, blur } = this.session.config.value;
    const word = LEVELS[Math.min(LEVELS.indexOf(level), LEVELS.indexOf(blur))];
    return this.wanted.blur && fact.level > 0 && isAbove(fact.level, word);
  }

  /** @param {Fact} fact */
  #isCovered(fact) {
    return this.#isCoverable(fact) && !this.session.revealed.has(fact.path);
  }

  /** Covers before a picture can be seen, and costs nothing where no picture is to be covered. @param {HTMLElement[]} cards */
  #cover(cards) {
    if (!this.facts?.some((fact) => this.#isCovered(fact))) return;
    for (const card of cards) {
      const fact = this.factOf(card);
      if (fact && this.#isCovered(fact)) card.classList.add(COVERED);
    }
  }

  // --- cards ---------------------------------------------------------------------------------------------------

  /** @param {HTMLElement[]} cards */
  #found(cards) {
    if (!this.asked) void this.#ask();
    this.#cover(cards);
  }

  /** A change to one card has the host lay out all of them, so nothing is changed while somebody scrolls. */
  #settleSoon() {
    window.clearTimeout(this.settling);
    this.settling = window.setTimeout(() => this.#settle(), SETTLE_MS);
  }

  /** Focus must not fall out of a card that a person is at: its mark goes later. */
  #settle() {
    if (!this.pages || !this.facts) return;
    this.onScreen = this.pages.onScreen;
    for (const [card, mark] of this.marks) if (!this.onScreen.has(card) && !mark.hasFocus) this.#undraw(card);
    for (const card of this.onScreen) if (!this.marks.has(card)) this.#drawCard(card);
  }

  /** @param {HTMLElement} card */
  #undraw(card) {
    card.classList.remove(SEEN);
    this.marks.get(card)?.dispose();
    this.marks.delete(card);
  }

  /** Brings every card in line with what is known now. */
  redraw() {
    if (!this.pages) return;
    for (const card of this.pages.cards.filter((one) => one.classList.contains(COVERED)))
      card.classList.remove(COVERED);
    this.#cover(this.pages.cards);
    for (const card of this.onScreen) this.#drawCard(card);
    this.#settleSoon();
  }

  /** @param {HTMLElement} card */
  #drawCard(card) {
    const fact = this.factOf(card);
    const state = fact && this.#stateOf(card, fact);
    const mark = this.marks.get(card);
    if (!state || !this.sheet || !(state.buttons || state.coverable)) {
      if (mark) this.#undraw(card);
      return;
    }
    card.classList.toggle(COVERED, state.covered);
    card.classList.toggle(SEEN, state.covered);
    if (mark?.el.isConnected) {
      mark.draw(state);
      return;
    }
    mark?.dispose();
    const events = this.actions.eventsOf(card, () => this.factOf(card) ?? state.fact);
    this.marks.set(card, new CardMark(card, state, { events, sheet: this.sheet }));
  }

  /**
   * @param {HTMLElement} card
   * @param {Fact} fact
   * @returns {MarkState}
   */
  #stateOf(card, fact) {
    const base = String(this.session.config.value.values.civitai_page_url ?? '').replace(/\/+$/, '');
    const version = fact.version === null ? '' : `?modelVersionId=${fact.version}`;
    const tab = tabOf(card);
    return {
      fact,
      name: card.dataset.name ?? fact.name,
      buttons: this.wanted.buttons,
      covered: this.#isCovered(fact),
      coverable: this.#isCoverable(fact),
      canPrompt: tab !== null && promptField(tab) !== null,
      pageUrl: base ? `${base}/models/${fact.model}${version}` : '',
    };
  }

  /**
   * @param {string} path
   * @returns {HTMLElement[]} the cards of a file, in both tabs of the host
   */
  cardsOf(path) {
    return (this.pages?.cards ?? []).filter((card) => this.factOf(card)?.path === path);
  }
}
