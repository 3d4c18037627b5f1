/** What the buttons on the host's cards do. */

import { asApiError } from './api.mjs';
import { tabOf } from './hostcardpages.mjs';
import { HostLayer } from './hostlayer.mjs';
import { choosePreview } from './hostpreview.mjs';
import { sendToPrompt } from './hostprompt.mjs';
import { cleanWords } from './local.mjs';
import { undoAction } from './notices.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./hostdeck.mjs').HostDeck} HostDeck */
/** @typedef {import('./hostcardfacts.mjs').Fact} Fact */
/** @typedef {import('./hostcardmark.mjs').MarkEvents} MarkEvents */
/** @typedef {{previews: string[], model: import('./types.mjs').Local, previous_url: string|null}} Replaced */

export class DeckActions {
  /**
   * @param {HostDeck} deck
   * @param {() => void} openTab
   */
  constructor(deck, openTab) {
    this.deck = deck;
    this.openTab = openTab;
    this.layer = new HostLayer();
  }

  /**
   * @param {HTMLElement} card
   * @param {() => Fact} fact as it is known when a button is pressed
   * @returns {MarkEvents}
   */
  eventsOf(card, fact) {
    const { bus } = this.deck.session;
    return {
      reveal: () => this.#reveal(fact()),
      prompt: () => void this.#guarded(() => this.#prompt(card, fact())),
      details: () => void this.#guarded(() => this.#details(fact())),
      update: () => {
        const { model, update } = fact();
        bus.emit('show-model', { model, version: update?.id ?? null });
        this.openTab();
      },
      preview: () => void this.#guarded(() => this.#preview(fact())),
    };
  }

  /**
   * Whatever goes wrong is said, on the host's page.
   * @param {() => Promise<void>} act
   */
  async #guarded(act) {
    try {
      await act();
    } catch (error) {
      const { message, hint } = asApiError(error);
      (await this.layer.open()).toast(message, { tone: 'bad', hint, key: 'hostcard' });
    }
  }

  /** @param {Fact} fact */
  #reveal({ path }) {
    const { revealed } = this.deck.session;
    if (!revealed.delete(path)) revealed.add(path);
    this.deck.redraw();
  }

  /** @param {Fact} fact @returns {Promise<import('./types.mjs').Local>} */
  async #local({ path }) {
    return (await this.deck.session.api.get(`local-model?path=${encodeURIComponent(path)}`)).model;
  }

  /**
   * @param {HTMLElement} card
   * @param {Fact} fact
   */
  async #prompt(card, fact) {
    const tab = tabOf(card);
    const { trained_words: known, suggested_words: suggested } = await this.#local(fact);
    const words = cleanWords(known.length ? known : (suggested ?? []));
    const done = tab !== null && words.length > 0 && sendToPrompt(words, tab);
    const notices = await this.layer.open();
    if (done) notices.toast(t('send.sentTo', { tab }), { tone: 'good', key: 'hostcard' });
    else notices.toast(t('hostcard.noWords'), { key: 'hostcard' });
  }

  /** @param {Fact} fact */
  async #details(fact) {
    const local = await this.#local(fact);
    this.deck.session.bus.emit('show-file', local);
    this.openTab();
  }

  /** @param {Fact} fact */
  async #preview(fact) {
    const { session } = this.deck;
    const version = await session.api.get(`model-version/${fact.version}`);
    const notices = await this.layer.open();
    const picture = await choosePreview(this.layer.root, session, { name: fact.name, pictures: version.images });
    if (!picture) return;
    notices.announce(t('hostcard.previewWorking'));
    const done = await this.#replace(fact, picture.url);
    const undo = () => void this.#guarded(() => this.#takeBack(fact, done));
    notices.toast(t('hostcard.previewDone', { name: fact.name }), {
      tone: 'good',
      key: 'hostcard',
      action: undoAction(undo),
    });
  }

  /**
   * @param {Fact} fact
   * @param {string} url
   * @returns {Promise<Replaced>}
   */
  async #replace(fact, url) {
    const done = await this.deck.session.api.post('local-preview', { path: fact.path, picture_url: url });
    fact.level = done.model.preview_nsfw_level ?? 0;
    this.#repaint(fact);
    return done;
  }

  /**
   * @param {Fact} fact
   * @param {Replaced} done
   */
  async #takeBack(fact, done) {
    if (done.previous_url) await this.#replace(fact, done.previous_url);
    else {
      await this.deck.session.api.post('restore', { paths: done.previews });
      this.#repaint(fact);
    }
    this.layer.notices.toast(t('hostcard.previewBack', { name: fact.name }), { key: 'hostcard' });
  }

  /** Only the pictures of this file are drawn anew. @param {Fact} fact */
  #repaint(fact) {
    const { api } = this.deck.session;
    const query = `path=${encodeURIComponent(fact.path)}&absent=empty&at=${Date.now()}`;
    for (const card of this.deck.cardsOf(fact.path)) {
      const image = document.createElement('img');
      image.className = 'preview';
      image.addEventListener('error', () => image.remove());
      image.src = `${api.base}local-preview?${query}`;
      for (const old of card.querySelectorAll(':scope > .preview')) old.remove();
      card.prepend(image);
    }
    this.deck.redraw();
  }
}
