/**
 * What we put on one of the host's cards while it is on the screen: the update, the way to a covered picture, and a
 * button behind which the actions are made when somebody comes near. It has a shadow root, so that no theme reaches in,
 * and its clicks do not become clicks on the card.
 */

import { fill, h } from './dom.mjs';
import { icon } from './icons.mjs';
import { stepWords } from './local.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./hostcardfacts.mjs').Fact} Fact */

/**
 * @typedef {object} MarkState
 * @property {Fact} fact
 * @property {string} name what the card is called
 * @property {boolean} buttons does the user want the buttons?
 * @property {boolean} covered is the picture blurred?
 * @property {boolean} coverable would it be, had nobody revealed it?
 * @property {boolean} canPrompt is there a prompt for the trigger words?
 * @property {string} pageUrl '' where there is none
 */

/**
 * @typedef {object} MarkEvents
 * @property {() => void} reveal
 * @property {() => void} prompt
 * @property {() => void} details
 * @property {() => void} update
 * @property {() => void} preview
 */

/** Events that mean something to the card below. */
const KEPT = ['click', 'dblclick', 'auxclick', 'mousedown', 'pointerdown'];

export class CardMark {
  /**
   * @param {HTMLElement} card
   * @param {MarkState} state
   * @param {{events: MarkEvents, sheet: CSSStyleSheet}} options
   */
  constructor(card, state, { events, sheet }) {
    this.card = card;
    this.state = state;
    this.events = events;
    this.el = h('div', { class: 'civitdock-mark' });
    const root = this.el.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    for (const type of KEPT) this.el.addEventListener(type, (event) => event.stopPropagation());
    this.top = h('div', { class: 'top' });
    this.middle = h('div', { class: 'middle' });
    this.actions = h('div', { class: 'actions' });
    root.append(this.top, this.actions, this.middle);
    this.enter = () => this.open();
    this.leave = () => this.close();
    this.card.addEventListener('pointerenter', this.enter);
    this.card.addEventListener('pointerleave', this.leave);
    this.el.addEventListener('focusin', this.enter);
    this.el.addEventListener('focusout', this.leave);
    this.draw(state);
    card.append(this.el);
    if (card.matches(':hover')) this.open(); // the pointer was here before
  }

  get hasFocus() {
    return this.el.matches(':focus-within');
  }

  /** @param {MarkState} state */
  draw(state) {
    const focusedClass = this.el.shadowRoot?.activeElement?.className ?? '';
    this.state = state;
    const { fact, name, buttons } = state;
    const step = fact.update && stepWords(fact.versionName, fact.update.name);
    fill(
      this.top,
      buttons && step && this.#button('update', 'up', t('hostcard.update', { name, step }), this.events.update, step),
      buttons && this.#button('more', 'more', t('hostcard.more', { name }), () => this.open()),
    );
    fill(this.middle, state.coverable && this.#reveal());
    if (this.actions.childElementCount) this.#fillActions();
    if (focusedClass) this.#focus(focusedClass);
    this.#tellOpen();
  }

  #reveal() {
    const { covered, name } = this.state;
    const label = t(covered ? 'hostcard.reveal' : 'hostcard.cover', { name });
    const words = covered ? t('card.reveal') : t('hostcard.coverShort');
    const button = this.#button('reveal', 'eye', label, this.events.reveal, words);
    button.toggleAttribute('data-revealed', !covered);
    return button;
  }

  /** @param {string} kind the class of the button that had focus before it was drawn anew */
  #focus(kind) {
    const same = this.el.shadowRoot?.querySelector(`.${kind}`);
    const other = same ?? this.el.shadowRoot?.querySelector('button');
    if (other instanceof HTMLElement) other.focus({ preventScroll: true });
  }

  open() {
    if (!this.state.buttons) return;
    if (!this.actions.childElementCount) this.#fillActions();
    this.el.classList.add('is-open');
    this.#tellOpen();
  }

  close() {
    if (this.card.matches(':hover') || this.hasFocus) return;
    this.el.classList.remove('is-open');
    this.#tellOpen();
  }

  #tellOpen() {
    const isOpen = this.el.classList.contains('is-open');
    this.top.querySelector('.more')?.setAttribute('aria-expanded', String(isOpen));
  }

  #fillActions() {
    const { fact, name, canPrompt, pageUrl } = this.state;
    fill(
      this.actions,
      fact.hasWords &&
        canPrompt &&
        this.#button('prompt', 'sparkle', t('hostcard.prompt', { name }), this.events.prompt),
      this.#button('details', 'list', t('hostcard.details', { name }), this.events.details),
      pageUrl &&
        h(
          'a',
          {
            class: 'page',
            href: pageUrl,
            target: '_blank',
            rel: 'noopener noreferrer',
            title: t('hostcard.page', { name }),
            'aria-label': t('hostcard.page', { name }),
          },
          icon('external', 16),
        ),
      fact.version !== null && this.#button('preview', 'picture', t('hostcard.preview', { name }), this.events.preview),
    );
  }

  /**
   * @param {string} kind
   * @param {string} mark
   * @param {string} label
   * @param {() => void} run
   * @param {string} [words] what is written on it; only the picture where there is none
   */
  #button(kind, mark, label, run, words) {
    return h(
      'button',
      { type: 'button', class: kind, title: label, 'aria-label': label, on: { click: run } },
      icon(mark, 16),
      words && h('span', null, words),
    );
  }

  dispose() {
    this.card.removeEventListener('pointerenter', this.enter);
    this.card.removeEventListener('pointerleave', this.leave);
    this.el.remove();
  }
}
