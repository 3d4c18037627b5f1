/** The pictures that people posted with the version that the drawer shows. Asked for when it comes into view. */

import { fill, h, setText } from './dom.mjs';
import { section } from './drawerparts.mjs';
import { icon } from './icons.mjs';
import { PicturePages } from './pages.mjs';
import { pictureTile } from './picturetile.mjs';
import { onceSeen } from './seen.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./session.mjs').Session} Session */
/** @typedef {import('./types.mjs').Picture} Picture */

export const GALLERY_PAGE = 24;

/** CSS pixels; the pictures are fetched at a width that fits. */
const TILE = 140;

export class Gallery {
  /**
   * @param {Session} session
   * @param {(pictures: Picture[], index: number) => void} open
   */
  constructor(session, open) {
    this.session = session;
    this.open = open;
    /** @type {number|null} */
    this.versionId = null;
    /** The setting under which the pictures were asked for. */
    this.level = session.config.value.level;
    /** @type {PicturePages|null} */
    this.pages = null;
    /** @type {Array<{el: HTMLElement, refresh: () => void}>} */
    this.tiles = [];
    this.forget = () => {};
    this.list = h('ul', { class: 'gallery', role: 'list', 'aria-label': t('gallery.title') });
    this.state = h('p', { class: 'muted', role: 'status' });
    this.words = h('div');
    this.button = h(
      'button',
      {
        type: 'button',
        class: 'button button-small',
        data: { focus: 'gallery-more' },
        on: { click: () => void this.pages?.more() },
      },
      t('action.loadMore'),
    );
    this.el = h('div', { class: 'gallery-part' });
  }

  /**
   * Shows the pictures of a version; those that are there already stay, at the blur level of now.
   * @param {number|null} versionId
   */
  show(versionId) {
    const level = this.session.config.value.level;
    if (versionId === this.versionId && level === this.level) {
      for (const tile of this.tiles) tile.refresh();
      return;
    }
    this.clear();
    this.versionId = versionId;
    this.level = level;
    if (versionId === null) return;
    const pages = new PicturePages((cursor, signal) =>
      this.session.api.get(galleryPath(versionId, cursor), { signal }),
    );
    pages.changed = () => this.#draw();
    this.pages = pages;
    fill(this.el, section(t('gallery.title'), this.list, this.state, this.words, this.button));
    this.#draw();
    this.forget = onceSeen(this.el, () => void pages.more());
  }

  clear() {
    this.forget();
    this.pages?.stop();
    this.pages = null;
    this.versionId = null;
    this.tiles = [];
    fill(this.list);
    fill(this.el);
  }

  #draw() {
    const { pages } = this;
    if (!pages) return;
    const first = this.tiles.length;
    for (let index = first; index < pages.pictures.length; index += 1) this.#append(pages.pictures[index], index);
    const waits = pages.running !== null || (!pages.asked && !pages.error);
    this.#drawWords(pages, waits);
    const hadFocus = this.button.matches(':focus');
    this.button.textContent = t(pages.error ? 'action.retry' : 'action.loadMore');
    this.button.setAttribute('aria-disabled', String(waits));
    this.button.hidden = !pages.goesOn || (waits && !first);
    // The keys shall go on working when there is no more to load.
    if (hadFocus && this.button.hidden) this.tiles.at(Math.min(first, this.tiles.length - 1))?.el.focus();
  }

  /**
   * @param {Picture} picture
   * @param {number} index
   */
  #append(picture, index) {
    const tile = pictureTile(picture, {
      session: this.session,
      label: t('gallery.open', { n: index + 1 }),
      focusKey: `gallery-${index}`,
      width: TILE,
      ratio: 0.75,
      open: () => this.open(this.pages?.pictures ?? [], index),
    });
    this.tiles.push(tile);
    this.list.append(h('li', null, tile.el));
  }

  /**
   * @param {PicturePages} pages
   * @param {boolean} waits
   */
  #drawWords(pages, waits) {
    const { error, pictures, hidden } = pages;
    const nothing = !pictures.length && !hidden && !pages.goesOn;
    const state = error ? t('gallery.failed') : waits ? t('gallery.loading') : nothing ? t('gallery.empty') : '';
    setText(this.state, state);
    fill(
      this.words,
      error && h('p', { class: 'muted' }, error.message),
      hidden > 0 && h('p', { class: 'note' }, icon('eye', 14), h('span', null, t('drawer.hidden', { n: hidden }))),
    );
  }
}

/**
 * @param {number} versionId
 * @param {string|null} cursor
 */
export function galleryPath(versionId, cursor) {
  const query = new URLSearchParams({ model_version_id: String(versionId), limit: String(GALLERY_PAGE) });
  if (cursor !== null) query.set('cursor', cursor);
  return `model-images?${query}`;
}
