/** What else the creator of the model in the drawer has made. Asked for when it comes into view. */

import { isAbort } from './api.mjs';
import { fill, h } from './dom.mjs';
import { section } from './drawerparts.mjs';
import { icon } from './icons.mjs';
import { Media } from './media.mjs';
import { onceSeen } from './seen.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Card} Card */

/** So many are shown; one more is asked for, because the model itself is among them. */
const SHOWN = 12;
const TILE = 128;

export class CreatorStrip {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {string|null} */
    this.creator = null;
    /** The setting under which they were asked for. */
    this.level = app.session.config.value.level;
    /** @type {number|null} the model in the drawer, which is none of the others */
    this.modelId = null;
    /** @type {Card[]} */
    this.cards = [];
    this.asked = false;
    /** @type {Array<{media: Media, cover: HTMLElement}>} */
    this.pictures = [];
    /** @type {AbortController|null} */
    this.running = null;
    this.forget = () => {};
    this.el = h('div', { class: 'others-part' });
  }

  /** @param {{id: number, creator: string|null}|null} model */
  show(model) {
    const creator = model?.creator ?? null;
    const level = this.app.session.config.value.level;
    if (creator !== this.creator || level !== this.level) {
      this.level = level;
      this.#begin(creator);
    }
    if (!model) return;
    if (model.id !== this.modelId) {
      this.modelId = model.id;
      this.#draw();
    } else for (const { media, cover } of this.pictures) refresh(media, cover);
  }

  clear() {
    this.#begin(null);
    this.modelId = null;
  }

  /** @param {string|null} creator */
  #begin(creator) {
    this.forget();
    this.running?.abort();
    this.running = null;
    this.creator = creator;
    this.cards = [];
    this.asked = false;
    this.pictures = [];
    if (creator === null) {
      fill(this.el);
      return;
    }
    // An element without any size is never seen.
    fill(this.el, h('div', { class: 'others-place', style: { height: '1px' } }));
    this.forget = onceSeen(this.el, () => void this.#load(creator));
  }

  /** @param {string} creator */
  async #load(creator) {
    const controller = new AbortController();
    this.running = controller;
    try {
      const body = { creator, limit: SHOWN + 1 };
      const page = await this.app.session.api.post('search', body, { signal: controller.signal });
      if (this.running !== controller) return;
      this.cards = page.items ?? [];
      this.asked = true;
      this.#draw();
    } catch (error) {
      // It is an extra: without it the details are whole, and the creator's name still leads to the search.
      if (!isAbort(error)) console.warn('The other models of the creator did not come', error);
    }
  }

  #draw() {
    const { creator } = this;
    const others = this.cards.filter((card) => card.id !== this.modelId).slice(0, SHOWN);
    this.pictures = [];
    if (creator === null || !this.asked) return;
    if (!others.length) {
      fill(this.el);
      return;
    }
    const all = h(
      'button',
      { type: 'button', class: 'link-button', on: { click: () => this.app.searching.creator(creator) } },
      t('creator.all'),
    );
    const title = t('creator.more', { name: creator });
    const list = h(
      'ul',
      { class: 'others', role: 'list', 'aria-label': title },
      others.map((card) => this.#item(card)),
    );
    const part = section(title, list);
    part.querySelector('h3')?.append(all);
    fill(this.el, part);
  }

  /** @param {Card} card */
  #item(card) {
    const media = new Media(card.preview, { session: this.app.session, width: TILE });
    const cover = h('span', { class: 'strip-hidden' }, icon('eye', 16));
    this.pictures.push({ media, cover });
    refresh(media, cover);
    const base = card.latest?.base_model;
    const here = card.installed !== 'none';
    const button = h(
      'button',
      {
        type: 'button',
        class: 'other',
        data: { focus: `other-${card.id}` },
        on: { click: () => this.app.openModel(card.id, null, card) },
      },
      h('span', { class: 'other-picture' }, media.el, cover),
      h('span', { class: 'other-name' }, card.name),
      h(
        'span',
        { class: 'other-facts' },
        here && icon('check', 12),
        here && h('span', { class: 'sr-only' }, t('version.installed')),
        [term('type', card.type), term('base', base ?? '')].filter(Boolean).join(' · '),
      ),
    );
    return h('li', null, button);
  }
}

/**
 * @param {Media} media
 * @param {HTMLElement} cover
 */
function refresh(media, cover) {
  media.refresh();
  cover.hidden = !media.blurred;
}
