/** Saved filters behind a button: give the ones that are shown a name, come back to others, rename, delete. */

import { fill, h } from './dom.mjs';
import { isNarrowed, sameFilters } from './filters.mjs';
import { FilterSets, LONGEST_NAME } from './filtersets.mjs';
import { icon } from './icons.mjs';
import { undoAction } from './notices.mjs';
import { Popover } from './popover.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./filters.mjs').Filters} Filters */
/** @typedef {import('./filtersets.mjs').FilterSet} FilterSet */

/**
 * @typedef {object} SetOptions
 * @property {() => Filters} filters what is shown
 * @property {(filters: Filters) => void} change
 * @property {(filters: Filters) => string} words
 * @property {import('./notices.mjs').Notices} notices
 */

export class FilterSetPanel extends Popover {
  /** @param {SetOptions} options */
  constructor(options) {
    super(t('sets.title'), [icon('bookmark', 14), h('span', null, t('sets.title'))]);
    this.options = options;
    this.sets = new FilterSets();
    /** The name of the one that is being renamed. */
    this.renaming = '';
    this.panel.classList.add('sets');
    this.form = nameForm(t('sets.namePlaceholder'), (name) => this.#save(name));
    this.list = h('ul', { class: 'popover-list' });
    this.panel.append(this.form, this.list);
  }

  open() {
    this.renaming = '';
    tell(this.form, '');
    super.open();
  }

  first() {
    return this.form.hidden ? this.list.querySelector('button') : this.form.querySelector('input');
  }

  /** The filters changed from outside. */
  update() {
    const { filters } = this.options;
    const chosen = isNarrowed(filters()) && this.sets.all.some((set) => sameFilters(set.filters, filters()));
    this.button.classList.toggle('is-active', chosen);
    if (this.isOpen && !this.renaming) this.draw();
  }

  draw() {
    const { all } = this.sets;
    this.form.hidden = !isNarrowed(this.options.filters());
    fill(
      this.list,
      all.length
        ? all.map((set) => h('li', null, set.name === this.renaming ? this.#renameForm(set) : this.#row(set)))
        : h('li', { class: 'muted popover-none' }, t('sets.none')),
    );
  }

  /** @param {FilterSet} set */
  #row(set) {
    const current = sameFilters(set.filters, this.options.filters());
    const apply = () => {
      this.close();
      this.options.change(set.filters);
    };
    const row = h(
      'button',
      { type: 'button', class: 'recent-row', 'aria-current': current && 'true', on: { click: apply } },
      icon(current ? 'check' : 'bookmark', 14),
      h('span', null, h('span', null, set.name), h('span', { class: 'muted' }, this.options.words(set.filters))),
    );
    const rename = () => {
      this.renaming = set.name;
      this.draw();
      this.list.querySelector('input')?.select();
    };
    return [
      row,
      smallButton('pencil', t('sets.rename', { name: set.name }), rename),
      smallButton('close', t('sets.delete', { name: set.name }), () => this.#remove(set)),
    ];
  }

  /** @param {FilterSet} set */
  #renameForm(set) {
    const form = nameForm(t('sets.newName', { name: set.name }), (name) => {
      if (!this.sets.rename(set.name, name)) return t('sets.taken');
      this.#endRename(name);
      return '';
    });
    const box = form.querySelector('input');
    if (box) box.value = set.name;
    return form;
  }

  /** @param {string} name the one that gets the focus */
  #endRename(name) {
    this.renaming = '';
    this.draw();
    const at = this.sets.all.findIndex((set) => set.name === name.trim());
    const rows = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll('.recent-row')]);
    (rows[at] ?? this.button).focus({ preventScroll: true });
  }

  /**
   * @param {string} name
   * @returns {string} what is wrong with it
   */
  #save(name) {
    const { notices, filters } = this.options;
    const before = this.sets.byName(name);
    if (!this.sets.save(name, filters())) return t('sets.full');
    const undo = () => {
      if (before) this.sets.save(before.name, before.filters);
      this.update();
    };
    notices.toast(t(before ? 'sets.replaced' : 'sets.saved', { name }), {
      tone: 'good',
      key: 'sets',
      ...(before ? { action: undoAction(undo) } : {}),
    });
    this.close();
    this.update();
    return '';
  }

  /** @param {FilterSet} set */
  #remove(set) {
    const putBack = this.sets.remove(set.name);
    const undo = () => {
      putBack();
      this.update();
    };
    this.update();
    this.first()?.focus({ preventScroll: true });
    this.options.notices.toast(t('sets.deleted', { name: set.name }), {
      action: undoAction(undo),
    });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key === 'Escape' && this.renaming) {
      event.preventDefault();
      event.stopPropagation();
      this.#endRename(this.renaming);
    } else super.onKey(event);
  }
}

/**
 * @param {string} label
 * @param {(name: string) => string} done answers what is wrong with a name; '' when it was taken
 * @returns {HTMLFormElement}
 */
function nameForm(label, done) {
  const box = h('input', {
    type: 'text',
    class: 'input',
    placeholder: label,
    'aria-label': label,
    maxlength: LONGEST_NAME,
    autocomplete: 'off',
  });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!box.value.trim()) return box.focus();
    const wrong = done(box.value.trim());
    tell(form, wrong);
    if (!wrong) box.value = '';
  };
  const form = h(
    'form',
    { class: 'sets-form', on: { submit } },
    box,
    h('button', { type: 'submit', class: 'button' }, t('sets.save')),
    h('p', { class: 'sets-wrong', role: 'alert' }),
  );
  return form;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} words
 */
function tell(form, words) {
  const place = form.querySelector('.sets-wrong');
  if (place) place.textContent = words;
}

/**
 * @param {string} mark
 * @param {string} label
 * @param {() => void} run
 */
function smallButton(mark, label, run) {
  return h(
    'button',
    { type: 'button', class: 'icon-button icon-small', 'aria-label': label, title: label, on: { click: run } },
    icon(mark, 13),
  );
}
