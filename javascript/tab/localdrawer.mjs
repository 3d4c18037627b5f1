/** The details of a file here, in the same place and frame as those of a model. */

import { loraPart } from './chips.mjs';
import { fill, focused, h } from './dom.mjs';
import { drawerFrame } from './drawerframe.mjs';
import { promptField } from './hostprompt.mjs';
import { icon } from './icons.mjs';
import { LibraryView } from './libraryview.mjs';
import { cleanWords, isCheckpoint, promptTag } from './local.mjs';
import { offersPart } from './localoffers.mjs';
import {
  duplicateNote,
  explanation,
  factsPart,
  hashesPart,
  misplacedNote,
  restorePart,
  wordParts,
} from './localparts.mjs';
import { localBadge, previewOf, stateBadge } from './localview.mjs';
import { Media } from './media.mjs';
import { sendCheckpoint } from './sendpanel.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./local.mjs').Row} Row */

const PREVIEW = 480;

export class LocalDrawer {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {Row|null} */
    this.row = null;
    this.drawn = '';
    this.frame = drawerFrame({
      step: (by) => this.step(by),
      copyLink: () => void this.copyLink(),
      close: () => this.leave(),
      closesOutside: () => app.narrow,
    });
    this.el = this.frame.el;
    this.el.setAttribute('aria-label', t('local.details'));
    this.el.classList.add('drawer-local');
    this.stops = [
      app.session.bus.on('jobs', () => this.refresh()),
      app.session.config.on(() => this.refresh()),
      app.session.bus.on('library', () => this.refresh()),
    ];
  }

  dispose() {
    for (const stop of this.stops) stop();
  }

  get isOpen() {
    return this.row !== null;
  }

  /** @returns {string|null} the path of the file that is shown */
  get id() {
    return this.row?.id ?? null;
  }

  /** @param {Row} row */
  open(row) {
    this.put(row);
    this.app.saveView();
  }

  /** @param {Row} row */
  put(row) {
    this.app.hideModel();
    if (this.row?.id !== row.id) this.frame.body.scrollTop = 0;
    this.row = row;
    this.drawn = '';
    this.refresh();
    this.app.shell.toggleAttribute('data-drawer', true);
    this.list?.grid.setCurrent(row.id);
    this.#show();
  }

  #show() {
    if (!this.app.visible) return;
    const modal = this.app.narrow;
    if (!this.el.isConnected) this.app.drawer.el.after(this.el);
    if (this.el.open && this.el.matches(':modal') !== modal) this.el.close();
    if (this.el.open) return;
    if (modal) this.el.showModal();
    else this.el.show();
    this.frame.title.focus({ preventScroll: true });
  }

  /** The width changed. */
  refit() {
    if (this.isOpen) this.#show();
  }

  leave() {
    if (!this.row) return;
    this.hide();
    this.app.saveView();
  }

  /** Closes it; focus goes back to the list when it was in here. */
  hide() {
    if (!this.row) return;
    const inside = this.el.contains(focused(this.app.root)) || this.app.narrow;
    const { id } = this.row;
    this.row = null;
    if (this.el.open) this.el.close();
    this.app.notices.settle();
    this.el.remove();
    this.app.shell.removeAttribute('data-drawer');
    const { list } = this;
    if (!list) return;
    list.grid.setCurrent(null);
    const index = list.rows.findIndex((row) => row.id === id);
    if (inside && index >= 0) list.grid.focusIndex(index);
  }

  /** The list beside it. */
  get list() {
    return this.app.view instanceof LibraryView ? this.app.view : null;
  }

  /** @param {string} id */
  #place(id) {
    const rows = this.list?.rows ?? [];
    const index = rows.findIndex((row) => row.id === id);
    return { index, hasPrevious: index > 0, hasNext: index >= 0 && index < rows.length - 1 };
  }

  /** @param {number} by */
  step(by) {
    if (!this.row || !this.list) return;
    const { index } = this.#place(this.row.id);
    const next = index < 0 ? undefined : this.list.rows[index + by];
    if (!next) return;
    this.open(next);
    this.list.grid.scrollToIndex(index + by);
  }

  /** The address of the model on CivitAI; '' for a file that is not known there. */
  get pageUrl() {
    const { row } = this;
    if (!row?.model_id) return '';
    const base = String(this.app.session.config.value.values.civitai_page_url ?? '').replace(/\/+$/, '');
    const version = row.version_id ? `?modelVersionId=${row.version_id}` : '';
    return base ? `${base}/models/${row.model_id}${version}` : '';
  }

  async copyLink() {
    if (this.pageUrl) await this.app.copy(this.pageUrl);
  }

  /** The `D` key. */
  download() {
    if (this.row) this.app.library.update(this.row);
  }

  /**
   * Files have other places now: the one that is shown is shown where it lies.
   * @param {Array<{path: string, target: string}>} items
   * @param {boolean} undone
   */
  follow(items, undone) {
    const { row } = this;
    const moved = row && items.find(({ path, target }) => row.id === (undone ? target : path));
    if (!moved) return;
    this.row = { ...row, id: undone ? moved.path : moved.target };
    this.app.saveView('same');
  }

  /** Draws what is known now; nothing happens when it is what is shown already. */
  refresh() {
    if (!this.row) return;
    const { library, revealed } = this.app.session;
    this.row = library.rows.find((row) => row.id === this.row?.id) ?? this.row;
    const { row } = this;
    const picture = previewOf(row, this.app.session);
    const key = JSON.stringify([
      row,
      library.offers.get(row.id),
      library.copies.get(row.id)?.map((copy) => copy.id),
      localBadge(row, this.app.session),
      this.#place(row.id),
      this.pageUrl,
      this.app.session.roots,
      revealed.has(picture.url),
      this.app.session.config.value.blur,
    ]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.#draw(row, picture);
  }

  /**
   * @param {Row} row
   * @param {import('./types.mjs').Picture} picture
   */
  #draw(row, picture) {
    const active = focused(this.app.root);
    const inside = active instanceof HTMLElement && this.el.contains(active);
    const focusKey = inside ? (active.closest('[data-focus]')?.getAttribute('data-focus') ?? null) : null;
    const { frame } = this;
    frame.title.textContent = row.title;
    const place = this.#place(row.id);
    frame.previous.disabled = !place.hasPrevious;
    frame.next.disabled = !place.hasNext;
    frame.page.hidden = !this.pageUrl;
    frame.link.hidden = !this.pageUrl;
    if (this.pageUrl) frame.page.href = this.pageUrl;
    const badge = stateBadge(row);
    fill(
      frame.head,
      h('span', { class: 'tag' }, term('type', row.type)),
      row.base_model && h('span', { class: 'tag' }, term('base', row.base_model)),
      row.version_name && h('span', { class: 'tag' }, row.version_name),
      h('span', { class: `tag tag-${row.state}` }, badge.icon ? icon(badge.icon, 12) : null, badge.text),
    );
    fill(frame.strip, this.#preview(picture));
    fill(frame.versions, offersPart(this.app, row));
    fill(
      frame.files,
      misplacedNote(this.app, row),
      duplicateNote(this.app, row),
      row.state === 'identified' ? null : explanation(this.app, row),
    );
    const words = cleanWords(row.trained_words ?? []);
    const lora = promptTag(row).startsWith('<lora:') ? loraPart(this.app, row.name, words) : null;
    fill(frame.main, this.#actions(row), lora);
    fill(frame.rest, wordParts(this.app, row), factsPart(row), hashesPart(this.app, row), restorePart(this.app, row));
    if (inside) this.#focus(focusKey, active);
  }

  /**
   * @param {string|null} key
   * @param {HTMLElement} before what had the focus
   */
  #focus(key, before) {
    const again = key === null ? null : this.el.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
    else if (!before.isConnected || before.matches(':disabled')) this.frame.title.focus({ preventScroll: true });
  }

  /** @param {import('./types.mjs').Picture} picture */
  #preview(picture) {
    const media = new Media(picture, { session: this.app.session, width: PREVIEW });
    const reveal = () => {
      this.app.session.revealed.add(picture.url);
      this.refresh();
    };
    const box = h('div', { class: 'local-preview' }, media.el);
    media.el.querySelector('img')?.addEventListener('load', () => box.classList.add('has-picture'));
    if (media.blurred)
      box.append(
        h(
          'button',
          { type: 'button', class: 'card-reveal', on: { click: reveal } },
          icon('eye', 16),
          h('span', null, t('card.reveal')),
        ),
      );
    return box;
  }

  /**
   * @param {string} key
   * @param {string} mark
   * @param {string} words
   * @param {() => void} run
   */
  #button(key, mark, words, run) {
    return h(
      'button',
      { type: 'button', class: 'button', data: { focus: key }, on: { click: run } },
      icon(mark, 15),
      h('span', null, words),
    );
  }

  /** @param {Row} row */
  #actions(row) {
    const { library } = this.app;
    const parts = [promptTag(row), ...cleanWords(row.trained_words ?? [])].filter(Boolean);
    const model = row.model_id;
    return h(
      'div',
      { class: 'local-actions' },
      model !== null &&
        this.#button('details', 'cube', t('local.openModel'), () => this.app.openModel(model, row.version_id)),
      isCheckpoint(row) &&
        promptField() !== null &&
        this.#button('use', 'send', t('local.use'), () => void sendCheckpoint(this.app, row.id, row.title, 'txt2img')),
      parts.length > 0 &&
        promptField() !== null &&
        this.#button('send', 'send', t('local.send'), () => library.prompt(parts)),
      this.#button('resync', 'retry', t('local.resync'), () => void library.sync([row.id])),
      this.#button('path', 'copy', t('local.copyPath'), () => void this.app.copy(row.id)),
      this.#button('organise', 'move', t('organise.move'), () => library.filing.organise([row])),
      this.#button('remove', 'trash', t('remove.yes'), () => void library.filing.remove([row])),
    );
  }
}
