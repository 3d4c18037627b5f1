/**
 * The details of a model, on the right. Below 1100 px it is a modal sheet over everything; above, it stands beside
 * the grid. It opens with what the card knew; the rest comes in.
 */

import { asApiError, isAbort } from './api.mjs';
import { withSend } from './chips.mjs';
import { hideButton } from './creators.mjs';
import { CreatorStrip } from './creatorstrip.mjs';
import { description, hasWords } from './description.mjs';
import { fill, focused, h } from './dom.mjs';
import { filesPart, mainActions } from './draweractions.mjs';
import { drawerFrame } from './drawerframe.mjs';
import {
  drawerSkeleton,
  licencePart,
  pictureStrip,
  section,
  tagPart,
  triggerWords,
  versionList,
} from './drawerparts.mjs';
import { defaultFile, fileState } from './files.mjs';
import { count } from './format.mjs';
import { Gallery } from './gallery.mjs';
import { icon } from './icons.mjs';
import { Lightbox } from './lightbox.mjs';
import { cleanWords } from './local.mjs';
import { causeOf, stateBox } from './states.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./types.mjs').Model} Model */
/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {import('./types.mjs').Version} Version */
/** @typedef {import('./api.mjs').ApiError} ApiError */

export class Drawer {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {number|null} */
    this.id = null;
    /** @type {number|null} */
    this.versionId = null;
    /** @type {Card|null} */
    this.card = null;
    /** @type {Model|null} */
    this.model = null;
    /** @type {ApiError|null} */
    this.error = null;
    /** @type {AbortController|null} */
    this.running = null;
    /** @type {Lightbox|null} */
    this.lightbox = null;
    /** @type {Set<number>} */
    this.openFiles = new Set();
    this.drawn = '';
    const frame = drawerFrame({
      step: (by) => void app.stepModel(by),
      copyLink: () => void this.copyLink(),
      close: () => app.closeModel(),
      closesOutside: () => app.narrow,
    });
    this.el = frame.el;
    this.title = frame.title;
    this.head = frame.head;
    this.previous = frame.previous;
    this.next = frame.next;
    this.page = frame.page;
    this.link = frame.link;
    this.body = frame.body;
    this.strip = frame.strip;
    this.main = frame.main;
    this.versions = frame.versions;
    this.files = frame.files;
    this.rest = frame.rest;
    this.gallery = new Gallery(app.session, (pictures, index) => this.#openPicture(pictures, index));
    this.others = new CreatorStrip(app);
    this.body.append(this.gallery.el, this.others.el);
    this.stops = [
      app.session.bus.on('jobs', () => this.#drawActions()),
      app.session.bus.on('job', ({ job }) => job.state === 'done' && job.model_id === this.id && this.#reload()),
      app.session.config.on(() => this.id !== null && this.draw()),
    ];
  }

  dispose() {
    this.running?.abort();
    for (const stop of this.stops) stop();
    this.gallery.clear();
    this.others.clear();
  }

  get isOpen() {
    return this.id !== null;
  }

  /** @returns {Version|null} the version that is shown */
  get version() {
    const versions = this.model?.versions ?? [];
    return versions.find((version) => version.id === this.versionId) ?? versions[0] ?? null;
  }

  /**
   * @param {number} id
   * @param {{card: Card|null, versionId: number|null}} known
   */
  open(id, known) {
    const same = this.id === id;
    this.id = id;
    this.versionId = known.versionId ?? (same ? this.versionId : null);
    if (!same) {
      this.card = known.card;
      this.model = this.app.session.models.get(id)?.model ?? null;
      this.error = null;
      this.openFiles.clear();
      this.body.scrollTop = 0;
    }
    this.draw();
    this.#show();
    if (!same || !this.model) void this.load();
  }

  /** Puts the dialog up in the way that fits the width; gives it focus when it was not up. */
  #show() {
    if (!this.app.visible) return;
    const modal = this.app.narrow;
    if (this.el.open && this.el.matches(':modal') !== modal) this.el.close();
    if (this.el.open) return;
    if (modal) this.el.showModal();
    else this.el.show();
    this.title.focus({ preventScroll: true });
  }

  /** The width changed. */
  refit() {
    if (this.isOpen) this.#show();
  }

  close() {
    this.running?.abort();
    this.id = null;
    this.model = null;
    this.card = null;
    if (this.el.open) this.el.close();
    fill(this.strip);
    fill(this.rest);
    this.gallery.clear();
    this.others.clear();
  }

  async load() {
    const { id } = this;
    if (id === null) return;
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    try {
      const model = await this.app.session.loadModel(id, controller.signal);
      if (this.id !== id || model === this.model) return;
      this.model = model;
      this.error = null;
      this.app.session.rememberPreview(model);
    } catch (error) {
      if (isAbort(error) || this.id !== id || this.model) return;
      this.error = asApiError(error);
    }
    this.draw();
  }

  /** A file of this model arrived: ask again for paths and marks, and keep showing what is here. */
  #reload() {
    this.draw();
    void this.load();
  }

  /** @param {number} id */
  choose(id) {
    this.versionId = id;
    this.openFiles.clear();
    this.draw();
    this.app.saveView();
  }

  /** @param {number} by */
  stepVersion(by) {
    const versions = this.model?.versions ?? [];
    const at = versions.findIndex((version) => version.id === this.version?.id);
    const next = versions[at + by];
    if (next) this.choose(next.id);
  }

  draw() {
    if (this.id === null) return;
    const inside = this.el.contains(focused(this.app.root));
    const key = this.#focusKey();
    const about = this.model ?? this.card;
    this.title.textContent = about?.name ?? (this.error ? t('drawer.failed') : t('drawer.loading'));
    this.#drawBar();
    this.#drawHead();
    const version = this.version;
    const pictures = version?.images ?? (this.card?.preview ? [this.card.preview] : []);
    fill(
      this.strip,
      pictureStrip(this.app, pictures, (index) => this.#openPicture(pictures, index)),
    );
    this.#drawActions();
    this.#drawRest();
    this.gallery.show(this.model ? (version?.id ?? null) : null);
    this.others.show(this.model);
    this.#focus(key);
    if (inside) this.#keepFocus();
  }

  #drawBar() {
    const place = this.app.placeOfModel(this.id ?? 0);
    this.previous.disabled = !place.hasPrevious;
    this.next.disabled = !place.hasNext;
    const url = (this.model ?? this.card)?.page_url ?? '';
    this.page.hidden = !url;
    this.link.hidden = !url;
    if (url.startsWith('https://') || url.startsWith('http://')) this.page.href = url;
  }

  #drawHead() {
    const about = this.model ?? this.card;
    if (!about) {
      fill(this.head);
      return;
    }
    const base = this.version?.base_model ?? about.latest?.base_model;
    const creator = about.creator;
    fill(
      this.head,
      h('span', { class: 'tag' }, term('type', about.type)),
      base && h('span', { class: 'tag' }, term('base', base)),
      creator &&
        h(
          'button',
          { type: 'button', class: 'link-button', on: { click: () => this.app.searching.creator(creator) } },
          `@${creator}`,
        ),
      creator && hideButton(this.app, creator),
      h('span', { class: 'fact' }, icon('download', 13), count(about.stats?.downloads)),
      h('span', { class: 'fact' }, icon('heart', 13), count(about.stats?.likes)),
    );
  }

  /** What changes while a download runs: buttons, marks, paths. Focus stays on the same thing. */
  #drawActions() {
    if (this.id === null) return;
    const signature = this.#signature();
    if (signature === this.drawn) return;
    this.drawn = signature;
    const key = this.#focusKey();
    const { model, version } = this;
    if (!model) {
      fill(this.main);
      fill(this.versions);
      fill(this.files, this.error ? this.#failure(this.error) : drawerSkeleton());
      return;
    }
    fill(this.main, version && mainActions(this.app, version));
    const list = model.versions.length
      ? versionList(this.app, model, version?.id ?? 0, (id) => this.choose(id))
      : h('p', { class: 'muted' }, t('drawer.noVersions'));
    fill(this.versions, section(t('drawer.versions'), list));
    fill(this.files, version && filesPart(this.app, version, this.openFiles));
    this.#focus(key);
  }

  /** All that the actions show, so that an unchanged part is left alone while downloads tick. */
  #signature() {
    const { model, version, app } = this;
    const files = (version?.files ?? []).map((file) => fileState(app, /** @type {Version} */ (version), file));
    const here = (model?.versions ?? []).map((one) => app.session.owned.hasVersion(one, one.model_id ?? this.id ?? 0));
    const { hasKey } = app.session.config.value;
    return JSON.stringify([
      this.id,
      Boolean(model),
      this.error?.code,
      version?.id,
      files,
      here,
      hasKey,
      app.session.configLoaded,
    ]);
  }

  /** @param {ApiError} error */
  #failure(error) {
    const retry = () => {
      this.error = null;
      this.draw();
      void this.load();
    };
    return stateBox(
      'alert',
      causeOf(error, 'drawer.failed'),
      h('p', null, error.message),
      error.hint && h('p', { class: 'muted' }, error.hint),
      h('button', { type: 'button', class: 'button', on: { click: retry } }, icon('retry', 14), t('action.retry')),
    );
  }

  #drawRest() {
    const { model, version } = this;
    if (!model) {
      fill(this.rest);
      return;
    }
    const hidden = version?.hidden_images ?? 0;
    const { api, config } = this.app.session;
    const pictures = [model.preview, ...(version?.images ?? [])].flatMap((picture) => picture?.url ?? []);
    const from = { pictures, config: config.value, base: api.base };
    const words = cleanWords(version?.trained_words ?? []);
    const about = version && hasWords(version.description_html) ? version.description_html : null;
    fill(
      this.rest,
      hidden > 0 && h('p', { class: 'note' }, icon('eye', 14), h('span', null, t('drawer.hidden', { n: hidden }))),
      version && withSend(this.app, words, triggerWords(this.app, words), 'words'),
      about && section(t('drawer.aboutVersion'), description(about, this.el, from)),
      hasWords(model.description_html) &&
        section(t('drawer.about'), description(model.description_html, this.el, from)),
      licencePart(model),
      tagPart(this.app, model.tags ?? []),
    );
  }

  #focusKey() {
    const active = focused(this.app.root);
    return active instanceof HTMLElement && this.el.contains(active)
      ? (active.closest('[data-focus]')?.getAttribute('data-focus') ?? null)
      : null;
  }

  /** @param {string|null} key */
  #focus(key) {
    if (key === null || focused(this.app.root)?.getAttribute('data-focus') === key) return;
    const target = this.el.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    else this.title.focus({ preventScroll: true });
  }

  /** What had focus may be gone or disabled now; keys shall go on working. */
  #keepFocus() {
    const active = focused(this.app.root);
    const lost = !active || !this.el.contains(active) || active.matches(':disabled');
    if (lost) this.title.focus({ preventScroll: true });
  }

  /**
   * @param {Picture[]} pictures
   * @param {number} index
   */
  #openPicture(pictures, index) {
    const origin = { modelId: this.id, versionId: this.version?.id ?? null };
    this.lightbox = new Lightbox(this.app, { pictures, index, origin });
    this.lightbox.el.addEventListener('close', () => {
      this.lightbox = null;
      this.draw();
    });
    this.lightbox.open();
  }

  async copyLink() {
    const url = (this.model ?? this.card)?.page_url;
    if (url) await this.app.copy(url);
  }

  /** The `D` key: the default file of the version that is shown. */
  downloadDefault() {
    const version = this.version;
    const file = defaultFile(version);
    if (version && file) void this.app.downloads.file(version, file);
  }

  /** `Shift` and `D`: the same, but where to and how is asked first. */
  downloadOptions() {
    const version = this.version;
    if (version && this.model) void this.app.downloads.options({ ...version, model_name: this.model.name });
  }
}
