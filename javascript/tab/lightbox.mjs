/** A picture in full, with how it was made. */

import { asApiError } from './api.mjs';
import { showModal } from './dialogs.mjs';
import { fill, focused, h, setText } from './dom.mjs';
import { icon } from './icons.mjs';
import { Media } from './media.mjs';
import { SendButtons } from './sendbuttons.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {import('./app.mjs').App} App */

/** Keys of generation data that are long texts and get a block of their own. */
const PROMPTS = /** @type {const} */ ([
  ['prompt', 'picture.prompt'],
  ['negativePrompt', 'picture.negative'],
]);

/**
 * The short facts of generation data: only plain values, so nothing nested is ever dumped on the page.
 * @param {Record<string, unknown>} meta
 * @returns {Array<[string, string]>}
 */
export function facts(meta) {
  /** @type {Array<[string, string]>} */
  const found = [];
  for (const [key, value] of Object.entries(meta)) {
    if (PROMPTS.some(([name]) => name === key)) continue;
    if (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 120)) {
      found.push([key, String(value)]);
    }
  }
  return found.slice(0, 24);
}

export class Lightbox {
  /**
   * @param {App} app
   * @param {{pictures: Picture[], index: number, origin: import('./sendpanel.mjs').Origin}} shown `origin` says whose
   *   pictures they are
   */
  constructor(app, { pictures, index, origin }) {
    this.app = app;
    this.pictures = pictures;
    this.index = index;
    this.origin = origin;
    /** @type {Set<Picture>} pictures whose generation data were asked for */
    this.asked = new Set();
    this.send = new SendButtons(app, this);
    this.stage = h('div', { class: 'lightbox-stage' });
    this.side = h('aside', { class: 'lightbox-side', 'aria-label': t('picture.meta') });
    this.position = h('span', { class: 'lightbox-position', role: 'status' });
    this.el = h(
      'dialog',
      { class: 'lightbox', tabindex: -1, 'aria-label': t('picture.label') },
      this.stage,
      this.side,
      h(
        'div',
        { class: 'lightbox-bar' },
        this.position,
        this.#button('left', 'picture.previous', () => this.step(-1)),
        this.#button('right', 'picture.next', () => this.step(1)),
        this.#button('close', 'action.close', () => this.close()),
      ),
    );
    this.el.addEventListener('close', () => {
      this.media?.stop();
      this.send.dispose();
    });
    this.stage.addEventListener('click', (event) => {
      if (event.target === this.stage) this.close();
    });
    this.draw();
  }

  /**
   * @param {string} mark
   * @param {string} label
   * @param {() => void} run
   */
  #button(mark, label, run) {
    return h(
      'button',
      { type: 'button', class: 'icon-button', title: t(label), 'aria-label': t(label), on: { click: run } },
      icon(mark, 18),
    );
  }

  open() {
    showModal(this.app.root, this.el);
  }

  close() {
    this.el.close();
  }

  /** @param {number} by */
  step(by) {
    const next = this.index + by;
    if (next < 0 || next >= this.pictures.length) return;
    this.index = next;
    this.draw();
  }

  toggleBlur() {
    const picture = this.pictures[this.index];
    const { revealed } = this.app.session;
    if (revealed.has(picture.url)) revealed.delete(picture.url);
    else revealed.add(picture.url);
    this.draw();
    this.app.session.bus.emit('jobs', []);
  }

  draw() {
    const picture = this.pictures[this.index];
    this.media?.stop();
    this.media = new Media(picture, {
      session: this.app.session,
      width: Math.min(window.innerWidth, 1200),
      fit: 'contain',
      alt: t('picture.open', { n: this.index + 1, total: this.pictures.length }),
    });
    const { width, height } = picture;
    if (width && height) this.media.el.style.aspectRatio = `${width} / ${height}`;
    const reveal =
      this.media.blurred &&
      h(
        'button',
        { type: 'button', class: 'card-reveal', on: { click: () => this.toggleBlur() } },
        icon('eye', 16),
        t('card.reveal'),
      );
    fill(this.stage, this.media.el, reveal || null);
    this.media.play({ controls: true });
    setText(this.position, t('picture.position', { n: this.index + 1, total: this.pictures.length }));
    this.#drawSide(picture);
    // The button that had focus may be gone with the old picture, and keys would go nowhere.
    if (this.el.open && !this.el.contains(focused(this.app.root))) this.el.focus({ preventScroll: true });
  }

  /** @param {Picture} picture */
  #drawSide(picture) {
    const { meta } = picture;
    if (meta === null || meta === undefined) void this.#ask(picture);
    if (!meta || !Object.keys(meta).length) {
      fill(this.side, h('p', { class: 'muted' }, t('picture.noMeta')));
      return;
    }
    const prompts = PROMPTS.flatMap(([key, label]) => {
      const text = meta[key];
      return typeof text === 'string' && text ? [this.#prompt(t(label), text)] : [];
    });
    const rows = facts(meta).flatMap(([key, value]) => [h('dt', null, key), h('dd', null, value)]);
    this.send.show(picture);
    fill(
      this.side,
      h('h2', null, t('picture.meta')),
      this.send.el,
      prompts,
      rows.length > 0 && h('dl', { class: 'facts' }, rows),
    );
  }

  /** Asks once how a picture was made; while nobody answers, it stands there without. @param {Picture} picture */
  async #ask(picture) {
    const { versionId } = this.origin;
    if (versionId === null || this.asked.has(picture)) return;
    this.asked.add(picture);
    try {
      picture.meta = await this.app.session.metaOf(versionId, picture.url);
    } catch (error) {
      if (asApiError(error).mayPass) this.asked.delete(picture);
      return;
    }
    if (picture.meta && this.pictures[this.index] === picture) this.#drawSide(picture);
  }

  /**
   * @param {string} label
   * @param {string} text
   */
  #prompt(label, text) {
    const copy = h(
      'button',
      { type: 'button', class: 'link-button', on: { click: () => void this.app.copy(text) } },
      icon('copy', 13),
      t('action.copy'),
    );
    return h(
      'section',
      { class: 'prompt' },
      h('div', { class: 'prompt-head' }, h('h3', null, label), copy),
      h('p', null, text),
    );
  }
}
