/** The line that says how many files are chosen, and what can be done with them. */

import { smallButton } from './buttons.mjs';
import { fill, h } from './dom.mjs';
import { bytes } from './format.mjs';
import { showAbove } from './selection.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./libraryview.mjs').LibraryView} LibraryView */

export class SelectionBar {
  /** @param {LibraryView} view */
  constructor(view) {
    this.view = view;
    this.words = h('span', { class: 'selection-words', role: 'status' });
    this.resync = smallButton('retry', t('local.resync'), () => this.#resync());
    this.update = smallButton('download', '', () => this.#update());
    this.updateWords = /** @type {HTMLElement} */ (this.update.querySelector('span'));
    this.copy = smallButton(
      'copy',
      t('local.copyPaths'),
      () => void view.app.copy(view.chosenRows.map((row) => row.id).join('\n')),
    );
    this.organise = smallButton('move', t('organise.chosen'), () => view.app.library.filing.organise(view.chosenRows));
    this.remove = smallButton('trash', t('remove.yes'), () => void view.app.library.filing.remove(view.chosenRows));
    const clear = h(
      'button',
      { type: 'button', class: 'link-button', on: { click: () => this.#clear() } },
      t('local.selectNone'),
    );
    const all = h(
      'button',
      { type: 'button', class: 'link-button', on: { click: () => this.#all() } },
      t('local.selectAll'),
    );
    this.el = h(
      'div',
      { class: 'selection', role: 'group', 'aria-label': t('local.selection'), hidden: true },
      this.words,
      this.resync,
      this.update,
      this.copy,
      this.organise,
      this.remove,
      all,
      clear,
    );
  }

  #resync() {
    void this.view.app.library.sync(this.view.chosenRows.map((row) => row.id));
  }

  #updates() {
    return this.view.chosenRows.filter((row) => this.view.library.updateOf(row) !== null);
  }

  #update() {
    // The same version may replace several files, and is downloaded once.
    const rows = new Map(this.#updates().map((row) => [this.view.library.updateOf(row)?.version_id, row]));
    void this.view.app.library.updateMany([...rows.values()]);
  }

  #all() {
    this.view.selection.all(this.view.rows.map((row) => row.id));
    this.view.draw();
  }

  #clear() {
    this.view.clearSelection();
    this.view.grid.focusActive();
  }

  draw() {
    const { selection } = this.view;
    if (selection.size) this.#fill();
    const hadFocus = this.el.matches(':focus-within');
    showAbove(this.el, selection.size > 0, this.view.scroller);
    // What was chosen is gone: keys go on in the list.
    if (hadFocus && this.el.hidden) this.view.focusPlace(this.view.grid.active);
  }

  #fill() {
    const rows = this.view.chosenRows;
    const size = bytes(rows.reduce((sum, row) => sum + (row.size_bytes ?? 0), 0));
    fill(this.words, t('local.selected', { n: rows.length }), ` · ${size}`);
    const updates = this.#updates().length;
    this.update.hidden = updates === 0;
    this.updateWords.textContent = t('local.updateMany', { n: updates });
  }
}
