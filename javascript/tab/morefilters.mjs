/** Filters that are seldom needed, behind one button: early access, kinds of checkpoints, file formats. */

import { h } from './dom.mjs';
import { CHECKPOINT_KINDS, EARLY_CHOICES, FORMATS } from './filters.mjs';
import { Popover } from './popover.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./filters.mjs').Filters} Filters */

/** @typedef {{filters: () => Filters, change: (part: Partial<Filters>) => void}} MoreOptions */

/** One value of several, '' for the usual one, whose words have a name of their own. */
const ONE_OF = /** @type {const} */ ([
  { key: 'early', label: 'filter.early', terms: 'early', usual: 'show', values: EARLY_CHOICES },
  { key: 'kind', label: 'filter.kind', terms: 'checkpoint', usual: 'any', values: CHECKPOINT_KINDS },
]);

export class MoreFilters extends Popover {
  /** @param {MoreOptions} options */
  constructor(options) {
    const count = h('span', { class: 'filter-count' });
    super(t('filter.more'), [h('span', null, t('filter.more')), count]);
    this.options = options;
    this.count = count;
    /** @type {Array<{input: HTMLInputElement, isOn: (filters: Filters) => boolean}>} */
    this.inputs = [];
    this.panel.classList.add('more-filters');
    this.panel.append(...ONE_OF.map((group) => this.#oneOf(group)), this.#formats());
    this.el.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.el.contains(relatedTarget)) this.close();
    });
    this.update();
  }

  first() {
    return this.inputs.find(({ input }) => input.checked)?.input ?? null;
  }

  /** The filters changed from outside. */
  update() {
    const filters = this.options.filters();
    for (const { input, isOn } of this.inputs) input.checked = isOn(filters);
    const active = filters.formats.length + Number(filters.early !== '') + Number(filters.kind !== '');
    this.count.textContent = active ? String(active) : '';
    this.count.hidden = active === 0;
    this.button.classList.toggle('is-active', active > 0);
  }

  /** @param {typeof ONE_OF[number]} group */
  #oneOf({ key, label, terms, usual, values }) {
    const rows = values.map((value) =>
      this.#row(
        { type: 'radio', name: `${this.id}-${key}`, value },
        term(terms, value || usual),
        (filters) => filters[key] === value,
        () => this.options.change({ [key]: value }),
      ),
    );
    return section(label, rows);
  }

  #formats() {
    const rows = FORMATS.map((format) =>
      this.#row(
        { type: 'checkbox', value: format },
        term('format', format),
        (filters) => filters.formats.includes(format),
        (on) => {
          const rest = this.options.filters().formats.filter((one) => one !== format);
          this.options.change({ formats: on ? [...rest, format] : rest });
        },
      ),
    );
    return section('filter.format', rows);
  }

  /**
   * @param {Record<string, string>} props
   * @param {string} words
   * @param {(filters: Filters) => boolean} isOn
   * @param {(on: boolean) => void} change
   */
  #row(props, words, isOn, change) {
    const input = h('input', { ...props, class: 'check', on: { change: () => change(input.checked) } });
    this.inputs.push({ input, isOn });
    return h('label', { class: 'popover-row' }, input, h('span', null, words));
  }
}

/**
 * @param {string} label
 * @param {HTMLElement[]} rows
 */
function section(label, rows) {
  return h('fieldset', { class: 'more-section' }, h('legend', { class: 'muted' }, t(label)), rows);
}
