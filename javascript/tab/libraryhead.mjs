/** The head of the Library: how much is shown, what can be done with all of it, how it looks. */

import { iconButton } from './buttons.mjs';
import { fill, h, setText } from './dom.mjs';
import { bytes } from './format.mjs';
import { icon } from './icons.mjs';
import { isFiltered } from './local.mjs';
import { number, t } from './strings.mjs';
import { isUnderWay } from './syncs.mjs';

/** @typedef {import('./libraryview.mjs').LibraryView} LibraryView */
/** @typedef {import('./localview.mjs').Look} Look */

export class LibraryHead {
  /** @param {LibraryView} view */
  constructor(view) {
    this.view = view;
    this.count = h('p', { class: 'results-count', role: 'status' });
    this.size = h('span', { class: 'muted library-size' });
    this.note = h('div', { class: 'results-note' });
    this.looks = /** @type {Look[]} */ (['list', 'cards']).map((look) => this.#lookButton(look));
    this.syncAll = h(
      'button',
      { type: 'button', class: 'button button-primary', on: { click: () => this.#sync() } },
      icon('retry', 14),
      h('span', null, t('sync.all')),
    );
    this.el = h(
      'div',
      { class: 'library-head' },
      this.count,
      this.size,
      this.note,
      h('span', { class: 'spacer' }),
      iconButton('move', t('organise.open'), () => this.#organise()),
      iconButton('trash', t('trash.title'), () => view.app.library.filing.showTrash()),
      iconButton('history', t('migration.open'), () => void view.app.library.showMigration()),
      h('div', { class: 'looks', role: 'group', 'aria-label': t('local.look') }, this.looks),
      this.syncAll,
    );
  }

  /** @param {Look} look */
  #lookButton(look) {
    const button = iconButton(look === 'list' ? 'list' : 'grid', t(`local.look.${look}`), () =>
      this.view.setLook(look),
    );
    button.dataset.look = look;
    return button;
  }

  draw() {
    const { library, rows, away, look } = this.view;
    for (const button of this.looks) button.setAttribute('aria-pressed', String(button.dataset.look === look));
    const all = library.loaded ? library.rows.length : Math.max(library.total, library.rows.length);
    const known = library.loaded || library.rows.length > 0;
    const of = isFiltered(library.filters)
      ? t('local.countOf', { shown: number(rows.length), all: number(all) })
      : t('local.count', { n: all, count: number(all) });
    setText(this.count, known ? of : library.loading && !away ? t('local.loading') : '');
    setText(
      this.size,
      library.loaded && rows.length ? bytes(rows.reduce((sum, row) => sum + (row.size_bytes ?? 0), 0)) : '',
    );
    const failed = library.error !== null && library.rows.length > 0;
    fill(
      this.note,
      failed && h('span', { class: 'note-bad' }, icon('alert', 14), t('local.old')),
      failed &&
        h(
          'button',
          { type: 'button', class: 'button button-small', on: { click: () => void library.load() } },
          t('action.retry'),
        ),
    );
    this.drawSync();
  }

  /** @returns {boolean} true when a sync has begun or ended since it was drawn last */
  drawSync() {
    const under = isUnderWay(this.view.app.session.syncs.job);
    const changed = (this.syncAll.ariaDisabled === 'true') !== under;
    this.syncAll.ariaDisabled = String(under); // not `disabled`, which would lose the focus
    const words = this.syncAll.querySelector('span');
    if (words) setText(words, t(under ? 'sync.running' : 'sync.all'));
    return changed;
  }

  /** All that is shown, where that is not simply all. */
  #organise() {
    const { app, library, rows } = this.view;
    app.library.filing.organise(isFiltered(library.filters) ? rows : null);
  }

  #sync() {
    const { app } = this.view;
    if (!isUnderWay(app.session.syncs.job)) void app.library.sync();
  }
}
