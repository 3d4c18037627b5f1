/** "Download with options": which file, where to, under which name, what else shall happen. */

import { formDialog } from './dialogs.mjs';
import { h } from './dom.mjs';
import { bytes } from './format.mjs';
import { icon } from './icons.mjs';
import { PRIORITIES } from './jobs.mjs';
import { t } from './strings.mjs';
import { field, TargetForm } from './targetform.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').ModelFile} ModelFile */
/** @typedef {import('./types.mjs').OnConflict} OnConflict */
/** @typedef {import('./types.mjs').Priority} Priority */
/** @typedef {import('./targets.mjs').OwnPlace} OwnPlace */
/** @typedef {import('./typesdownloads.mjs').Choice} Choice */

/**
 * @typedef {object} OptionsWish
 * @property {string} title
 * @property {number} versionId
 * @property {number|null} fileId
 * @property {ModelFile[]} files to choose from; none where the file is settled
 * @property {string} filename of the file that is settled
 * @property {Choice} before what was chosen before
 * @property {OwnPlace|null} own the place of a job that is tried again: that and its priority stay
 */

/**
 * @param {App} app
 * @param {OptionsWish} wish
 * @returns {Promise<{fileId: number|null, choice: Choice}|null>} null when it was left
 */
export function optionsDialog(app, wish) {
  return new Promise((resolve) => {
    const form = new OptionsForm(app, wish);
    const dialog = formDialog(app.root, {
      title: wish.title,
      name: 'dialog-options',
      body: form.parts,
      foot: [form.cancel, form.start],
    });
    form.cancel.addEventListener('click', () => dialog.close('no'));
    form.start.addEventListener('click', () => dialog.close('yes'));
    dialog.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
      event.preventDefault();
      if (!form.start.disabled) dialog.close('yes');
    });
    dialog.addEventListener('close', () => {
      form.dispose();
      resolve(dialog.returnValue === 'yes' ? { fileId: form.fileId, choice: form.choice } : null);
    });
    form.target.folder.focus();
  });
}

class OptionsForm {
  /**
   * @param {App} app
   * @param {OptionsWish} wish
   */
  constructor(app, wish) {
    this.wish = wish;
    this.fileId = wish.fileId;
    this.file = h(
      'select',
      { class: 'input select', id: 'cd-options-file', on: { change: () => this.#onFile() } },
      wish.files.map((file) => h('option', { value: file.id }, fileWords(file))),
    );
    if (wish.fileId !== null) this.file.value = String(wish.fileId);
    this.target = new TargetForm(app, wish, {
      own: wish.own,
      changed: () => this.#draw(),
    });
    this.conflict = select('cd-options-conflict', ['rename', 'fail'], 'conflict', wish.before.on_conflict ?? 'rename');
    this.priority = select('cd-options-priority', PRIORITIES, 'priority', wish.before.priority ?? 'normal');
    this.unpack = h('input', { type: 'checkbox', class: 'check', id: 'cd-options-unpack' });
    this.unpack.checked = wish.before.unpack ?? false;
    this.unpackField = h('label', { class: 'form-check' }, this.unpack, h('span', null, t('options.unpack')));
    this.cancel = h('button', { type: 'button', class: 'button' }, t('action.cancel'));
    this.startWords = h('span', null, t('file.download'));
    this.start = h('button', { type: 'button', class: 'button button-primary' }, icon('download', 15), this.startWords);
    const files = wish.files.length > 1 ? field(t('options.file'), this.file, 'cd-options-file') : null;
    this.parts = [
      files,
      this.target.el,
      this.unpackField,
      h(
        'div',
        { class: 'form-pair' },
        field(t('options.conflict'), this.conflict, 'cd-options-conflict'),
        wish.own ? null : field(t('options.priority'), this.priority, 'cd-options-priority'),
      ),
    ];
    this.#draw();
  }

  dispose() {
    this.target.dispose();
  }

  #onFile() {
    this.fileId = Number(this.file.value);
    this.target.setFile({ versionId: this.wish.versionId, fileId: this.fileId });
    this.#draw();
  }

  /** @returns {string} the file's own name, as far as it is known */
  get #name() {
    const chosen = this.wish.files.find((file) => file.id === this.fileId);
    return chosen?.name ?? this.target?.target?.filename ?? this.wish.filename;
  }

  #draw() {
    const { target, error } = this.target;
    this.unpackField.hidden = !this.#name.toLowerCase().endsWith('.zip');
    const settled = !this.wish.own && (target?.state === 'installed' || target?.state === 'queued');
    this.start.disabled = settled || (error !== null && !error.mayPass);
    this.startWords.textContent = t(this.wish.own ? 'action.retry' : 'file.download');
  }

  /** @returns {Choice} */
  get choice() {
    /** @type {Choice} */
    const choice = { ...this.target.choice };
    if (this.conflict.value !== 'rename' || this.wish.own)
      choice.on_conflict = /** @type {OnConflict} */ (this.conflict.value);
    if (!this.wish.own && this.priority.value !== 'normal')
      choice.priority = /** @type {Priority} */ (this.priority.value);
    if (!this.unpackField.hidden && (this.unpack.checked || this.wish.own)) choice.unpack = this.unpack.checked;
    return choice;
  }
}

/** @param {ModelFile} file */
function fileWords(file) {
  const facts = [bytes(file.size_bytes), file.type, file.format, file.fp, file.size].filter(Boolean);
  return `${file.name} (${facts.join(', ')})`;
}

/**
 * @param {string} id
 * @param {string[]} values
 * @param {string} words where in the catalogue their words are
 * @param {string} chosen
 */
function select(id, values, words, chosen) {
  const control = h(
    'select',
    { class: 'input select', id },
    values.map((value) => h('option', { value }, t(`${words}.${value}`))),
  );
  control.value = chosen;
  return control;
}
