/** The row of filters, and every active one as a chip that can be taken away. */

import { fill, h } from './dom.mjs';
import { chips, choicesBeside, DEFAULT_SORT, effectivePeriod, emptyFilters, without } from './filters.mjs';
import { FilterSetPanel } from './filtersetpanel.mjs';
import { icon } from './icons.mjs';
import { LEVELS, levelsUpTo } from './levels.mjs';
import { MoreFilters } from './morefilters.mjs';
import { ChoicePopover } from './popover.mjs';
import { t, term } from './strings.mjs';
import { namedBy } from './tokens.mjs';

/** @typedef {import('./filters.mjs').Filters} Filters */
/** @typedef {import('./filters.mjs').Chip} Chip */
/** @typedef {import('./session.mjs').Session} Session */

/** In which group of words the values of a filter stand. @type {Record<string, string>} */
const TERMS = {
  period: 'period',
  level: 'level',
  types: 'type',
  bases: 'base',
  sort: 'sort',
  early: 'early',
  kind: 'checkpoint',
  formats: 'format',
};

/**
 * @param {Chip} chip
 * @returns {string}
 */
export function chipText(chip) {
  if (chip.key === 'reference') {
    const { kind, value } = namedBy(chip.value);
    return t(`chip.reference.${kind}`, { value });
  }
  return t(`chip.${chip.key}`, { value: term(TERMS[chip.key] ?? '', chip.value) });
}

/**
 * @param {Filters} filters
 * @returns {string} all of it in one line
 */
export function summary(filters) {
  return [filters.text, ...chips(filters).map(chipText)].filter(Boolean).join(' · ') || t('sets.plain');
}

/**
 * A chip with a cross.
 * @param {Chip} chip
 * @param {() => void} remove
 * @returns {HTMLButtonElement}
 */
export function chipButton(chip, remove) {
  const text = chipText(chip);
  return h(
    'button',
    { type: 'button', class: 'chip', 'aria-label': t('filter.remove', { name: text }), on: { click: remove } },
    h('span', null, text),
    icon('close', 12),
  );
}

export class FilterBar {
  /**
   * @param {{session: Session, filters: () => Filters, change: (filters: Filters) => void,
   *   notices: import('./notices.mjs').Notices}} options
   */
  constructor(options) {
    this.options = options;
    const { session } = options;
    this.types = this.#choices('filter.type', 'filter.findType', 'types', () => session.enums.value.model_types);
    this.bases = this.#choices('filter.base', 'filter.find', 'bases', () => session.enums.value.base_models);
    this.sort = this.#select('filter.sort', (value) => this.#set({ sort: value }));
    this.period = this.#select('filter.period', (value) => this.#set({ period: value }));
    this.level = this.#select('filter.level', (value) => this.#set({ level: /** @type {any} */ (value) }));
    this.more = new MoreFilters({ filters: options.filters, change: (part) => this.#set(part) });
    this.hide = h('input', {
      type: 'checkbox',
      class: 'check',
      on: { change: () => this.#set({ hideInstalled: this.hide.checked }) },
    });
    this.sets = new FilterSetPanel({ ...options, words: summary });
    this.chips = h('ul', { class: 'chips', 'aria-label': t('filter.active') });
    this.row = h(
      'div',
      { class: 'filter-row' },
      this.types.el,
      this.bases.el,
      this.#labelled('filter.sort', this.sort),
      this.#labelled('filter.period', this.period),
      this.#labelled('filter.level', this.level),
      this.more.el,
      h('label', { class: 'filter-button filter-toggle' }, this.hide, h('span', null, t('filter.hide'))),
      this.sets.el,
    );
    this.el = h('div', { class: 'filterbar', role: 'group', 'aria-label': t('filter.group') }, this.row, this.chips);
    this.stops = [session.enums.on(() => this.update()), session.config.on(() => this.update())];
    this.update();
  }

  dispose() {
    for (const stop of this.stops) stop();
    this.types.close();
    this.bases.close();
    this.more.close();
    this.sets.close();
  }

  /**
   * @param {string} label
   * @param {string} find
   * @param {'types'|'bases'} key
   * @param {() => string[]} choices
   */
  #choices(label, find, key, choices) {
    return new ChoicePopover({
      label: t(label),
      findLabel: t(find),
      words: (choice) => term(TERMS[key] ?? '', choice),
      choices,
      chosen: () => this.options.filters()[key],
      change: (values) => this.#set({ [key]: values }),
    });
  }

  /**
   * @param {string} label
   * @param {(value: string) => void} change
   */
  #select(label, change) {
    const select = h('select', {
      class: 'filter-select',
      'aria-label': t(label),
      on: { change: () => change(select.value) },
    });
    return select;
  }

  /**
   * @param {string} label
   * @param {HTMLSelectElement} select
   */
  #labelled(label, select) {
    return selectBox(t(label), select);
  }

  /** @param {Partial<Filters>} part */
  #set(part) {
    this.options.change({ ...this.options.filters(), ...part });
  }

  update() {
    const filters = this.options.filters();
    const { session } = this.options;
    const { sorts, periods } = session.enums.value;
    this.types.update();
    this.bases.update();
    this.more.update();
    options(
      this.sort,
      withValue(sorts, filters.sort).map((sort) => [sort, term('sort', sort)]),
      filters.sort,
    );
    this.sort.disabled = Boolean(filters.text || filters.reference);
    const auto = effectivePeriod({ ...filters, period: '' });
    const period = choicesBeside(withValue(periods, filters.period), filters.period, auto);
    options(this.period, worded('period', ['', ...period.values], auto), period.value);
    const ceiling = session.config.value.level;
    const levels = LEVELS.filter((level) => levelsUpTo(ceiling).includes(level));
    const level = choicesBeside(withValue(levels, filters.level), filters.level, ceiling);
    options(this.level, worded('level', ['', ...level.values], ceiling), level.value);
    this.hide.checked = filters.hideInstalled;
    this.sets.update();
    this.#drawChips(filters);
  }

  /** @param {Filters} filters */
  #drawChips(filters) {
    const had = [...this.chips.querySelectorAll('button')].findIndex((button) => button.matches(':focus'));
    const found = chips(filters);
    const items = found.map((chip) =>
      h(
        'li',
        null,
        chipButton(chip, () => this.options.change(without(this.options.filters(), chip))),
      ),
    );
    const clear = h(
      'button',
      {
        type: 'button',
        class: 'link-button',
        on: { click: () => this.options.change({ ...emptyFilters(), text: filters.text }) },
      },
      t('action.clearAll'),
    );
    fill(this.chips, items, found.length > 1 && h('li', null, clear));
    this.chips.hidden = found.length === 0;
    if (had >= 0) this.#focusChip(Math.min(had, found.length - 1));
  }

  /**
   * Keys go on where a chip was taken away: at the one in its place, at last at the filters above.
   * @param {number} at
   */
  #focusChip(at) {
    const next = this.chips.querySelectorAll('button')[at] ?? this.row.querySelector('button');
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }
}

/**
 * A select that looks like the other filters.
 * @param {string} label
 * @param {HTMLSelectElement} select
 */
export function selectBox(label, select) {
  const shown = h('span', { class: 'filter-name', 'aria-hidden': 'true' }, label);
  return h('span', { class: 'filter filter-button filter-selectbox' }, shown, select, icon('down', 14));
}

/**
 * @param {string[]} values
 * @param {string} value
 * @returns {string[]} with the value in it
 */
function withValue(values, value) {
  return !value || values.includes(value) ? values : [value, ...values];
}

/**
 * @param {'period'|'level'} group
 * @param {string[]} values
 * @param {string} auto what '' means
 * @returns {string[][]} value and words
 */
function worded(group, values, auto) {
  return values.map((value) => [value, term(group, value || auto)]);
}

/**
 * @param {HTMLSelectElement} select
 * @param {string[][]} choices value and words
 * @param {string} value
 */
export function options(select, choices, value) {
  const key = JSON.stringify(choices);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    fill(
      select,
      choices.map(([choice, text]) => h('option', { value: choice }, text)),
    );
  }
  select.value = value;
  select.parentElement?.classList.toggle('is-active', value !== '' && value !== DEFAULT_SORT);
}
