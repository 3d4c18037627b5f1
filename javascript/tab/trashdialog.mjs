/** Trash and moves: what was taken away and moved, each to be undone, and the trash to be emptied. */

import { smallButton } from './buttons.mjs';
import { formDialog } from './dialogs.mjs';
import { fill, h, setText } from './dom.mjs';
import { filingWords, problemList } from './filingpanel.mjs';
import { isRunning, spokenFolder } from './filingrules.mjs';
import { baseName, bytes, date, percent } from './format.mjs';
import { icon } from './icons.mjs';
import { shortCause } from './states.mjs';
import { number, t } from './strings.mjs';
import { note } from './targetform.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./typesfiling.mjs').Operation} Operation */

/** @param {App} app */
export function trashDialog(app) {
  const { bus, filing } = app.session;
  const view = new TrashView(app);
  const close = h('button', { type: 'button', class: 'button' }, t('action.close'));
  const dialog = formDialog(app.root, {
    title: t('trash.title'),
    name: 'dialog-filing',
    body: [h('p', { class: 'muted' }, t('trash.text')), view.state, view.list],
    foot: [view.size, view.empty, close],
  });
  close.addEventListener('click', () => dialog.close());
  const stop = bus.on('filing', () => view.draw());
  dialog.addEventListener('close', stop);
  view.draw();
  close.focus();
  filing.poller.start();
}

class TrashView {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** What each line was drawn of. @type {Map<string, {key: string, el: HTMLElement}>} */
    this.drawn = new Map();
    this.state = h('div', { role: 'status' });
    this.list = h('ul', { class: 'filing-list', role: 'list', tabindex: 0, 'aria-label': t('trash.list') });
    this.size = h('span', { class: 'muted trash-size' });
    this.empty = h(
      'button',
      {
        type: 'button',
        class: 'button button-danger',
        on: { click: () => void app.library.filing.emptyTrash() },
      },
      t('trash.empty'),
    );
  }

  draw() {
    const { operations, trash, error } = this.app.session.filing;
    if (error) fill(this.state, note('alert', 'warn', shortCause(error)));
    else if (!operations.length) fill(this.state, h('p', null, t('trash.none')));
    else fill(this.state);
    this.list.hidden = operations.length === 0;
    setText(this.size, trash ? t('trash.size', { n: trash.files, size: bytes(trash.size_bytes) }) : '');
    this.empty.ariaDisabled = String(!trash?.files);
    this.empty.disabled = !trash?.files && !this.empty.matches(':focus');
    this.#drawList(operations);
  }

  /** A line that says the same stays, and with it the focus in it. @param {Operation[]} operations */
  #drawList(operations) {
    const known = new Set(operations.map(({ id }) => id));
    for (const [id, line] of this.drawn) {
      if (known.has(id)) continue;
      line.el.remove();
      this.drawn.delete(id);
    }
    for (const [index, operation] of operations.entries()) {
      const key = JSON.stringify(operation);
      const before = this.drawn.get(operation.id);
      const el = before?.key === key ? before.el : this.#line(operation);
      if (before && before.el !== el) this.#swap(before.el, el);
      if (this.list.children[index] !== el) this.list.insertBefore(el, this.list.children[index] ?? null);
      this.drawn.set(operation.id, { key, el });
    }
  }

  /**
   * @param {HTMLElement} before
   * @param {HTMLElement} after
   */
  #swap(before, after) {
    const open = before.querySelector('details')?.open ?? false;
    const hadFocus = before.matches(':focus-within');
    before.replaceWith(after);
    const details = after.querySelector('details');
    if (details) details.open = open;
    if (hadFocus) (after.querySelector('button') ?? this.list).focus({ preventScroll: true });
  }

  /** @param {Operation} operation */
  #line(operation) {
    const { kind, state, errors } = operation;
    const undo = operation.can_undo
      ? smallButton('undo', t('action.undo'), () => void this.app.library.filing.undo([operation]))
      : null;
    undo?.setAttribute('aria-label', t('trash.undo', { name: titleOf(operation) }));
    return h(
      'li',
      { class: 'filing-line', data: { state } },
      icon(kind === 'delete' ? 'trash' : 'move', 16),
      h(
        'div',
        { class: 'filing-text' },
        h('span', { class: 'filing-title' }, titleOf(operation)),
        h('span', { class: 'muted' }, aboutOf(operation)),
        errors.length > 0 &&
          h('details', null, h('summary', null, t('filing.problems', { n: errors.length })), problemList(errors)),
        errors.length === 0 && this.#places(operation),
      ),
      undo,
    );
  }

  /** From where to where. @param {Operation} operation */
  #places(operation) {
    const { items, items_total: total, kind } = operation;
    if (!items.length) return null;
    const { roots } = this.app.session;
    const spoken = (/** @type {string} */ path) => spokenFolder(path.replaceAll('\\', '/'), roots);
    return h(
      'details',
      null,
      h('summary', null, t('trash.places')),
      h(
        'ul',
        { class: 'filing-places', role: 'list', tabindex: 0, 'aria-label': t('trash.places') },
        items.map((item) =>
          h(
            'li',
            { title: `${item.path} → ${item.target}` },
            h('span', null, spoken(item.path)),
            kind === 'move' && h('span', { class: 'filing-path' }, '→ ', spoken(item.target)),
          ),
        ),
        total > items.length && h('li', { class: 'muted' }, t('sync.moreErrors', { n: total - items.length })),
      ),
    );
  }
}

/** @param {Operation} operation */
function titleOf({ items, items_total: total }) {
  const name = baseName(items[0]?.path ?? '');
  return total > 1 ? t('trash.andMore', { name, n: total - 1 }) : name;
}

/** @param {Operation} operation */
function aboutOf(operation) {
  const { files_total: files, files_done: done, bytes_total: size, created_at: at } = operation;
  if (isRunning(operation))
    return [filingWords([operation]), t('badge.percent', { n: percent(done, files) ?? 0 })].join(' · ');
  const came = operation.state === 'partial' && !done ? 'none' : operation.state;
  return [
    t(`filing.state.${operation.kind}.${came}`),
    t('trash.files', { n: files, count: number(files) }),
    bytes(size),
    date(at),
  ].join(' · ');
}
