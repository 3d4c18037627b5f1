/** The last searches, offered under the search box while it is used. */

import { fill, focused, h } from './dom.mjs';
import { icon } from './icons.mjs';
import { undoAction } from './notices.mjs';
import { SearchHistory } from './searchhistory.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./notices.mjs').Notices} Notices */

export class SearchPanel {
  /**
   * @param {HTMLInputElement} box
   * @param {{choose: (line: string) => void, notices: Notices}} options
   */
  constructor(box, options) {
    this.box = box;
    this.options = options;
    this.history = new SearchHistory();
    this.list = h('ul', { class: 'popover-list' });
    const clear = h(
      'button',
      { type: 'button', class: 'link-button', on: { click: () => this.#clear() } },
      t('recent.clear'),
    );
    this.el = h(
      'div',
      { class: 'popover search-recent', role: 'group', 'aria-label': t('recent.title'), hidden: true },
      h('div', { class: 'recent-head' }, h('span', { class: 'muted' }, t('recent.title')), clear),
      this.list,
    );
    this.el.addEventListener('keydown', (event) => this.#onKey(event));
    // A press must not take the focus from the box, or the panel would be gone before the click.
    this.el.addEventListener('pointerdown', (event) => event.preventDefault());
  }

  get isOpen() {
    return !this.el.hidden;
  }

  /**
   * Offers the searches that fit; nothing is shown when there are none.
   * @param {string} typed '' for all of them
   */
  open(typed) {
    const lines = this.history.matching(typed);
    fill(
      this.list,
      lines.map((line, index) => this.#row(line, index)),
    );
    this.el.hidden = lines.length === 0;
  }

  close() {
    this.el.hidden = true;
  }

  /**
   * @param {string} line
   * @param {number} index
   */
  #row(line, index) {
    const choose = () => {
      this.close();
      this.box.focus({ preventScroll: true });
      this.options.choose(line);
    };
    const remove = h(
      'button',
      {
        type: 'button',
        class: 'icon-button icon-small',
        tabindex: -1,
        'aria-label': t('recent.remove', { line }),
        on: { click: () => this.#remove(line) },
      },
      icon('close', 12),
    );
    const row = h(
      'button',
      {
        type: 'button',
        class: 'recent-row',
        tabindex: index ? -1 : 0,
        'aria-keyshortcuts': 'Delete',
        data: { line },
        on: { click: choose },
      },
      icon('history', 14),
      h('span', null, line),
    );
    return h('li', null, row, remove);
  }

  get #rows() {
    return /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll('.recent-row')]);
  }

  /** @returns {boolean} false when nothing is offered */
  focusFirst() {
    if (!this.isOpen) return false;
    this.#rows[0]?.focus({ preventScroll: true });
    return true;
  }

  /** @param {string} line */
  #remove(line) {
    const at = this.#rows.findIndex((row) => row.dataset.line === line);
    const root = this.el.getRootNode();
    const inside = root instanceof ShadowRoot && this.list.contains(focused(root));
    this.history.remove(line);
    this.#rows[at]?.parentElement?.remove();
    if (!this.#rows.length) this.close();
    if (!inside) return;
    const next = this.#rows[Math.min(at, this.#rows.length - 1)] ?? this.box;
    next.focus({ preventScroll: true });
  }

  #clear() {
    const before = this.history.lines;
    this.history.put([]);
    this.box.focus({ preventScroll: true });
    this.close();
    const undo = () => this.history.put([...this.history.lines, ...before]);
    this.options.notices.toast(t('recent.cleared'), {
      key: 'recent',
      action: undoAction(undo),
    });
  }

  #focusedRow() {
    const root = this.el.getRootNode();
    return root instanceof ShadowRoot ? this.#rows.indexOf(/** @type {HTMLElement} */ (focused(root))) : -1;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#focusedRow();
    const row = this.#rows[at];
    if (event.key === 'Escape') {
      this.close();
      this.box.focus({ preventScroll: true });
    } else if (row && event.key === 'ArrowDown') this.#rows[at + 1]?.focus();
    else if (row && event.key === 'ArrowUp') (this.#rows[at - 1] ?? this.box).focus();
    else if (row && event.key === 'Delete') this.#remove(row.dataset.line ?? '');
    else if (row && event.key.length === 1 && event.key !== ' ') {
      this.box.focus({ preventScroll: true }); // the letter goes on where words are typed
      event.stopPropagation();
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
