/** Metadata files and previews whose model is gone: a line in the Library, and a dialog to take them away. */

import { CheckList } from './checklist.mjs';
import { formDialog } from './dialogs.mjs';
import { h, setText } from './dom.mjs';
import { folderOf, spokenFolder } from './filingrules.mjs';
import { baseName, bytes } from './format.mjs';
import { icon } from './icons.mjs';
import { t } from './strings.mjs';
import { note } from './targetform.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./typesfiling.mjs').Orphan} Orphan */

export class OrphansLine {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.words = h('span');
    this.show = h(
      'button',
      { type: 'button', class: 'link-button', on: { click: () => app.library.filing.showOrphans() } },
      t('orphans.show'),
    );
    this.el = h('p', { class: 'muted orphans-line', hidden: true }, icon('file', 14), this.words, this.show);
    this.stop = app.session.bus.on('filing', () => this.draw());
    this.draw();
  }

  dispose() {
    this.stop();
  }

  draw() {
    const { orphans } = this.app.session.filing;
    const n = orphans?.items.length ?? 0;
    const hadFocus = this.show.matches(':focus');
    this.el.hidden = n === 0;
    setText(this.words, t(orphans?.truncated ? 'orphans.lineMore' : 'orphans.line', { n }));
    const scroller = this.app.root.querySelector('.library .scroller');
    if (hadFocus && n === 0 && scroller instanceof HTMLElement) scroller.focus({ preventScroll: true });
  }
}

/** @param {App} app */
export function orphansDialog(app) {
  const { filing, roots } = app.session;
  const { items, truncated } = filing.orphans ?? { items: [], truncated: false };
  const bySize = new Map(items.map((item) => [item.path, item.size_bytes]));
  const cancel = h('button', { type: 'button', class: 'button' }, t('action.cancel'));
  const start = h('button', { type: 'button', class: 'button button-danger' });
  const list = new CheckList({ label: t('orphans.list'), changed: () => draw() });
  const draw = () => {
    const size = [...list.chosen].reduce((sum, path) => sum + (bySize.get(path) ?? 0), 0);
    start.disabled = list.chosen.size === 0;
    setText(start, t('orphans.start', { n: list.chosen.size, size: bytes(size) }));
  };
  const dialog = formDialog(app.root, {
    title: t('orphans.title'),
    name: 'dialog-filing',
    body: [
      h('p', { class: 'muted' }, t('orphans.text')),
      truncated ? note('alert', 'warn', t('orphans.truncated', { n: items.length })) : null,
      list.el,
    ],
    foot: [cancel, start],
  });
  cancel.addEventListener('click', () => dialog.close('no'));
  start.addEventListener('click', () => {
    const paths = [...list.chosen];
    dialog.close('yes');
    void app.library.filing.try(() => filing.remove(paths));
  });
  dialog.addEventListener('close', () => list.dispose());
  list.set(groups(items, roots));
  draw();
  cancel.focus();
}

/**
 * @param {Orphan[]} items
 * @param {Array<{path: string}>} roots
 * @returns {import('./checklist.mjs').CheckGroup[]} by folder
 */
function groups(items, roots) {
  /** @type {Map<string, Orphan[]>} */
  const folders = new Map();
  for (const item of items) {
    const folder = folderOf(item.path);
    const known = folders.get(folder);
    if (known) known.push(item);
    else folders.set(folder, [item]);
  }
  return [...folders].map(([folder, list]) => ({
    id: folder,
    title: spokenFolder(folder, roots),
    about: t('orphans.files', { n: list.length }),
    hint: folder,
    mark: 'folder',
    lines: list.map((item) => ({
      id: item.path,
      title: baseName(item.path),
      about: '',
      hint: item.path,
      side: bytes(item.size_bytes),
      choice: true,
    })),
  }));
}
