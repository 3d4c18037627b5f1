/** The filters of the Library: words, type, base model, state, folder. */

import { fill, h } from './dom.mjs';
import { options, selectBox } from './filterbar.mjs';
import { icon } from './icons.mjs';
import { allOfThem, countsOf, foldersOf, isFiltered, STATES } from './local.mjs';
import { ChoicePopover } from './popover.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./library.mjs').Library} Library */
/** @typedef {import('./local.mjs').LocalFilters} LocalFilters */

/** A pause in typing so long filters the list. */
const PAUSE_MS = 120;
/** An option cannot be indented by style. */
const INDENT = '\u2003';

export class LocalFilterBar {
  /** @param {{library: Library, change: (filters: LocalFilters) => void}} where */
  constructor(where) {
    this.library = where.library;
    this.change = where.change;
    this.timer = 0;
    this.counts = countsOf([], () => []);
    /** What the counts were made of. @type {unknown[]} */
    this.counted = [];
    /** @type {string[][]} */
    this.folders = [];
    this.find = h('input', {
      type: 'search',
      class: 'input local-find',
      placeholder: t('local.find'),
      'aria-label': t('local.find'),
      autocomplete: 'off',
      spellcheck: 'false',
      value: this.library.filters.text,
      on: {
        input: () => {
          window.clearTimeout(this.timer);
          this.timer = window.setTimeout(() => this.#set({ text: this.find.value }), PAUSE_MS);
        },
      },
    });
    this.popovers = [
      this.#choices('types', 'filter.type', 'filter.findType', (value) => term('type', value)),
      this.#choices('bases', 'filter.base', 'filter.find', (value) =>
        value ? term('base', value) : t('local.noBase'),
      ),
      this.#choices('states', 'local.state', 'local.state', (value) => t(`local.state.${value}`)),
    ];
    this.folder = h('select', {
      class: 'filter-select',
      'aria-label': t('local.folder'),
      on: { change: () => this.#set({ folder: this.folder.value }) },
    });
    this.clear = h(
      'button',
      {
        type: 'button',
        class: 'link-button',
        on: {
          click: () => {
            this.find.value = '';
            this.find.focus();
            this.#set(allOfThem());
          },
        },
      },
      t('action.clearAll'),
    );
    this.el = h(
      'div',
      { class: 'filterbar', role: 'group', 'aria-label': t('filter.group') },
      h('div', { class: 'local-search' }, icon('search', 14), this.find),
      h(
        'div',
        { class: 'filter-row' },
        this.popovers.map((popover) => popover.el),
        selectBox(t('local.folder'), this.folder),
        this.clear,
      ),
    );
    this.update();
  }

  dispose() {
    window.clearTimeout(this.timer);
    for (const popover of this.popovers) popover.close();
  }

  /**
   * @param {'types'|'bases'|'states'} key
   * @param {string} label
   * @param {string} find
   * @param {(value: string) => string} words
   */
  #choices(key, label, find, words) {
    return new ChoicePopover({
      label: t(label),
      findLabel: t(find),
      words: (value) => `${words(value)} (${this.counts[key].get(value) ?? 0})`,
      choices: () =>
        key === 'states' ? STATES.filter((state) => this.counts.states.has(state)) : [...this.counts[key].keys()],
      chosen: () => this.library.filters[key],
      change: (values) => this.#set({ [key]: values }),
    });
  }

  /** @param {Partial<LocalFilters>} part */
  #set(part) {
    window.clearTimeout(this.timer);
    this.change({ ...this.library.filters, ...part });
  }

  /** Counting is left out while only the filters change. */
  #count() {
    const { rows, offers } = this.library;
    if (this.counted[0] === rows && this.counted[1] === offers) return;
    this.counted = [rows, offers];
    this.counts = countsOf(rows, (row) => this.library.marksOf(row));
    this.folders = foldersOf(rows).map(({ path, name, depth, count }) => [
      path,
      `${INDENT.repeat(depth)}${name} (${count})`,
    ]);
  }

  /** Rows or filters changed. */
  update() {
    const { library } = this;
    const { filters } = library;
    this.#count();
    for (const popover of this.popovers) popover.update();
    const gone = filters.folder && !this.folders.some(([path]) => path === filters.folder);
    const more = gone ? [[filters.folder, filters.folder]] : [];
    options(this.folder, [['', t('local.allFolders')], ...this.folders, ...more], filters.folder);
    if (this.find.value !== filters.text && !this.find.matches(':focus')) this.find.value = filters.text;
    this.clear.hidden = !isFiltered(filters);
  }
}

/**
 * The column heads: each sorts by its column.
 * @param {import('./local.mjs').Order} order
 * @param {(key: import('./local.mjs').SortKey) => void} sort
 * @param {import('./local.mjs').SortKey[]} keys
 * @param {HTMLElement} place
 */
export function columnHeads(order, sort, keys, place) {
  const drawn = `${order.key} ${order.down}`;
  if (place.dataset.order === drawn) return;
  place.dataset.order = drawn;
  const heads = keys.map((key) => {
    const chosen = order.key === key;
    const words = t(`local.column.${key}`);
    return h(
      'button',
      {
        type: 'button',
        class: `local-head local-${key}`,
        data: { key },
        'aria-pressed': String(chosen),
        'aria-label': chosen
          ? t(order.down ? 'local.sortedDown' : 'local.sortedUp', { name: words })
          : t('local.sortBy', { name: words }),
        on: { click: () => sort(key) },
      },
      h('span', null, words),
      chosen && icon(order.down ? 'up' : 'down', 12),
    );
  });
  fill(place, heads);
}
