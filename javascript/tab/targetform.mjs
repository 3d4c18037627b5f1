/** Where a file shall go: folder and name, with the path they lead to while they are typed. */

import { asApiError, isAbort } from './api.mjs';
import { breakable, fill, h } from './dom.mjs';
import { baseName, bytes } from './format.mjs';
import { icon } from './icons.mjs';
import { t } from './strings.mjs';
import { folderBelow, folderWish, placeChoice, sameRoot, splitName, stemOf } from './targets.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./api.mjs').ApiError} ApiError */
/** @typedef {import('./typesdownloads.mjs').Choice} Choice */
/** @typedef {import('./typesdownloads.mjs').Target} Target */
/** @typedef {import('./targets.mjs').OwnPlace} OwnPlace */
/** @typedef {import('./targets.mjs').PlaceTyped} PlaceTyped */
/** @typedef {{versionId: number, fileId: number|null}} FileWish */

/** A pause in typing so long asks for the path. */
const PAUSE_MS = 250;

export class TargetForm {
  /**
   * @param {App} app
   * @param {FileWish} file
   * @param {{own: OwnPlace|null, changed: () => void}} options `own` is the place of a job that is tried again: asked
   *   for and shown until a person types another one, and never sent, since the job has it already
   */
  constructor(app, file, options) {
    this.app = app;
    this.file = file;
    this.own = options.own;
    this.changed = options.changed;
    /** @type {PlaceTyped} */
    this.typed = { root: null, folder: null, filename: null };
    /** @type {Target|null} */
    this.target = null;
    /** @type {ApiError|null} */
    this.error = null;
    /** @type {AbortController|null} */
    this.running = null;
    this.timer = 0;
    this.root = h('select', { class: 'input select', id: 'cd-target-root', on: { change: () => this.#onRoot() } });
    this.rootField = field(t('target.root'), this.root, 'cd-target-root');
    this.list = h('datalist', { id: 'cd-target-folders' });
    this.folder = h('input', {
      ...INPUT,
      id: 'cd-target-folder',
      list: 'cd-target-folders',
      placeholder: t('target.folderNone'),
      on: { input: () => this.#onFolder() },
    });
    this.name = h('input', { ...INPUT, id: 'cd-target-name', on: { input: () => this.#onName() } });
    this.suffix = h('span', { class: 'muted target-suffix' });
    this.path = h('div', { class: 'target-path', role: 'status' });
    this.el = h(
      'div',
      { class: 'form-fields' },
      this.rootField,
      field(t('target.folder'), [this.folder, this.list], 'cd-target-folder'),
      field(t('target.name'), h('span', { class: 'target-name' }, this.name, this.suffix), 'cd-target-name'),
      this.path,
    );
    this.folder.value = this.own?.shown ?? '';
    [this.name.value, this.suffix.textContent] = splitName(this.own?.filename ?? '');
    this.#draw();
    void this.ask();
  }

  dispose() {
    window.clearTimeout(this.timer);
    this.running?.abort();
  }

  /** @param {FileWish} file another file of the same version */
  setFile(file) {
    this.file = file;
    this.typed.filename = null;
    this.target = null;
    this.name.value = '';
    void this.ask();
  }

  /** @returns {Choice} */
  get choice() {
    return placeChoice(this.typed, this.target);
  }

  #onRoot() {
    this.typed.root = this.root.value;
    this.typed.folder = this.folder.value;
    void this.ask();
  }

  #onFolder() {
    this.typed.root = this.root.value || null;
    this.typed.folder = this.folder.value;
    this.#soon();
  }

  #onName() {
    this.typed.filename = this.name.value.trim() ? this.name.value : null;
    this.#soon();
  }

  #soon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), PAUSE_MS);
  }

  /** Asks where the file would go, as things stand. */
  async ask() {
    window.clearTimeout(this.timer);
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    const { typed, file, target } = this;
    const own = splitName(this.own?.filename ?? '');
    const suffix = target ? splitName(target.filename)[1] : own[1];
    const wish = {
      ...file,
      folder: folderWish(typed, target?.roots ?? []) ?? this.own?.folder ?? null,
      filename: typed.filename === null ? own[0] : stemOf(typed.filename, suffix),
    };
    this.path.toggleAttribute('data-busy', true);
    try {
      this.target = await this.app.session.queue.target(wish, controller.signal);
      this.error = null;
    } catch (error) {
      if (isAbort(error) || this.running !== controller) return;
      this.error = asApiError(error);
    }
    this.path.removeAttribute('data-busy');
    this.#draw();
    this.changed();
  }

  #draw() {
    const { target } = this;
    const roots = target?.roots ?? [];
    this.rootField.hidden = roots.length < 2;
    if (roots.length !== this.root.options.length) {
      this.root.replaceChildren(...roots.map(({ path }) => h('option', { value: path }, path)));
      this.root.value = this.typed.root ?? sameRoot(target?.root ?? '', roots);
    }
    if (target) {
      this.list.replaceChildren(...target.folders.map((folder) => h('option', { value: folder })));
      if (this.typed.folder === null) this.folder.value = folderBelow(target.folder, [{ path: target.root }]);
      const [stem, suffix] = splitName(target.filename);
      if (this.typed.filename === null) this.name.value = stem;
      this.suffix.textContent = suffix;
    }
    this.#drawPath();
  }

  #drawPath() {
    const { target, error } = this;
    if (error) {
      fill(this.path, h('p', { class: 'job-error' }, icon('alert', 14), h('span', null, error.message)));
      return;
    }
    if (!target) {
      fill(this.path, h('p', { class: 'muted' }, t('target.looking')));
      return;
    }
    fill(
      this.path,
      h('p', { class: 'target-where' }, icon('folder', 14), h('span', null, breakable(target.target_path))),
      this.#stateNote(target),
      h('p', { class: 'muted' }, spaceWords(target)),
    );
  }

  /** @param {Target} target */
  #stateNote(target) {
    if (target.state === 'installed')
      return note('check', 'good', t('target.installed', { path: target.installed_path ?? target.target_path }));
    if (target.state === 'queued') return note('clock', 'early', t('target.queued'));
    if (target.state !== 'taken') return null;
    const name = target.suggestion;
    return note('alert', 'warn', name ? t('target.taken', { name: baseName(name) }) : t('target.takenPlain'));
  }
}

const INPUT = { type: 'text', class: 'input', autocomplete: 'off', spellcheck: 'false' };

/**
 * @param {string} label
 * @param {HTMLElement|HTMLElement[]} control
 * @param {string} id of what the label is for
 */
export function field(label, control, id) {
  return h('div', { class: 'form-field' }, h('label', { for: id }, label), control);
}

/**
 * @param {string} mark
 * @param {string} tone
 * @param {string} words
 */
export function note(mark, tone, words) {
  return h('p', { class: `note note-${tone}` }, icon(mark, 14), h('span', null, breakable(words)));
}

/** @param {Target} target */
function spaceWords(target) {
  const free = bytes(target.free_bytes);
  if (target.size_bytes === null) return t('target.free', { free });
  return t('target.sizeFree', { size: bytes(target.size_bytes), free });
}
