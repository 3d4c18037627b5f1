/** Where files shall go: where the folder template says, or into one folder. */

import { fill, h } from './dom.mjs';
import { t } from './strings.mjs';
import { field } from './targetform.mjs';
import { folderBelow, folderWish } from './targets.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./local.mjs').Row} Row */

/** A pause in typing so long asks for the plan. */
const PAUSE_MS = 300;

export class OrganiseForm {
  /**
   * @param {App} app
   * @param {Row[]|null} rows null for all that is known of
   * @param {() => void} changed
   */
  constructor(app, rows, changed) {
    this.app = app;
    this.rows = rows ?? app.session.library.rows;
    this.changed = changed;
    this.timer = 0;
    this.template = this.#way('template', true);
    this.into = this.#way('folder', false);
    this.roots = this.#roots();
    this.root = h('select', { class: 'input select', id: 'cd-organise-root', on: { change: () => this.#onRoot() } });
    this.root.append(...this.roots.map(({ path }) => h('option', { value: path }, path)));
    this.list = h('datalist', { id: 'cd-organise-folders' });
    this.folderBox = h('input', {
      type: 'text',
      class: 'input',
      id: 'cd-organise-folder',
      list: 'cd-organise-folders',
      autocomplete: 'off',
      spellcheck: 'false',
      placeholder: t('target.folderNone'),
      on: { input: () => this.#soon() },
    });
    const rootField = field(t('target.root'), this.root, 'cd-organise-root');
    rootField.hidden = this.roots.length < 2;
    this.place = h(
      'div',
      { class: 'form-fields organise-place', hidden: true },
      rootField,
      field(t('target.folder'), [this.folderBox, this.list], 'cd-organise-folder'),
    );
    this.el = h(
      'fieldset',
      { class: 'organise-ways' },
      h('legend', { class: 'sr-only' }, t('organise.where')),
      this.#label(this.template, 'template'),
      this.#label(this.into, 'folder'),
      this.place,
    );
    this.#fillFolders();
  }

  dispose() {
    window.clearTimeout(this.timer);
  }

  focus() {
    this.template.focus();
  }

  /** @returns {string|null} as the plan wants it; null where the template decides */
  get folder() {
    if (!this.into.checked) return null;
    const root = this.root.value || null;
    return folderWish({ root, folder: this.folderBox.value, filename: null }, this.roots);
  }

  /**
   * @param {string} value
   * @param {boolean} checked
   */
  #way(value, checked) {
    return h('input', {
      type: 'radio',
      class: 'radio',
      name: 'cd-organise-way',
      value,
      checked,
      on: { change: () => this.#onWay() },
    });
  }

  /**
   * @param {HTMLInputElement} control
   * @param {string} way
   */
  #label(control, way) {
    return h(
      'label',
      { class: 'form-check' },
      control,
      h(
        'span',
        null,
        t(`organise.way.${way}`),
        h('span', { class: 'muted organise-hint' }, t(`organise.wayHint.${way}`)),
      ),
    );
  }

  /** The model folders to choose from: those of the type, where all files are of one. */
  #roots() {
    const types = new Set(this.rows.map((row) => row.type));
    if (types.size !== 1) return [];
    return this.app.session.roots.filter(({ type }) => types.has(type));
  }

  #onWay() {
    this.place.hidden = !this.into.checked;
    if (this.into.checked) this.folderBox.focus();
    this.changed();
  }

  #onRoot() {
    this.#fillFolders();
    this.changed();
  }

  #soon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.changed(), PAUSE_MS);
  }

  /** The folders that have models in them already. */
  #fillFolders() {
    const types = new Set(this.rows.map((row) => row.type));
    const roots = this.root.value ? [{ path: this.root.value }] : this.app.session.roots;
    const inside = this.app.session.library.rows.filter((row) => types.has(row.type));
    const below = new Set(inside.map((row) => folderBelow(row.folder, roots)));
    const names = [...below].filter((name) => name && !name.startsWith('/') && !/^[A-Za-z]:/.test(name)).sort();
    fill(
      this.list,
      names.map((value) => h('option', { value })),
    );
  }
}
