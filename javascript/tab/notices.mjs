/** Toasts and spoken announcements. */

import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { t } from './strings.mjs';

/** @typedef {'info'|'good'|'bad'} Tone */
/** @typedef {{label: string, run: () => void, undoes?: boolean}} ToastAction `undoes`: the key for undo runs it */
/** @typedef {{tone?: Tone, hint?: string, action?: ToastAction, key?: string, gone?: () => void}} ToastOptions */

/**
 * @param {() => void} run
 * @returns {ToastAction}
 */
export function undoAction(run) {
  return { label: t('action.undo'), run, undoes: true };
}

const SHOWN_MS = 5000;
const SHOWN_WITH_ACTION_MS = 10_000;
const MOST = 4;

export class Notices {
  /** @param {() => Element|null} home where they belong: in the dialog on top, because all else is out of reach then */
  constructor(home) {
    this.home = home;
    this.list = h('div', { class: 'toasts' });
    this.live = h('div', { class: 'sr-only', role: 'status', 'aria-live': 'polite' });
    this.el = h('div', { class: 'notices' }, this.list, this.live);
    /** @type {Map<string, HTMLElement>} */
    this.byKey = new Map();
    /** What is due when a toast has gone without its action. @type {Map<Element, () => void>} */
    this.due = new Map();
    /** What each toast would take back. @type {Map<Element, () => void>} */
    this.undos = new Map();
    /** What had the focus before a toast got it. @type {HTMLElement|null} */
    this.before = null;
    this.list.addEventListener('focusin', ({ relatedTarget }) => {
      if (relatedTarget instanceof HTMLElement && !this.list.contains(relatedTarget)) this.before = relatedTarget;
    });
  }

  /** Nobody can act on a toast any more. */
  dispose() {
    for (const toast of [...this.list.children]) this.#drop(toast);
  }

  /** @param {Element|null|undefined} toast */
  #drop(toast) {
    if (!toast) return;
    const hadFocus = toast.matches(':focus-within');
    toast.remove();
    if (hadFocus) this.#focusBack();
    const due = this.due.get(toast);
    this.due.delete(toast);
    this.undos.delete(toast);
    due?.();
  }

  /** @returns {boolean} true when a toast offered to take something back, which is done then; the newest first */
  undo() {
    const act = [...this.undos.values()].at(-1);
    act?.();
    return act !== undefined;
  }

  /** Keys go on where they were, or where the same thing stands now. */
  #focusBack() {
    const root = /** @type {ParentNode} */ (this.el.getRootNode());
    const same = this.before?.id ? root.querySelector(`#${CSS.escape(this.before.id)}`) : null;
    const next = this.before?.isConnected ? this.before : (same ?? root.querySelector('.view .scroller'));
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }

  /** Moves to where it belongs now. */
  settle() {
    const home = this.home();
    if (home && this.el.parentNode !== home) home.append(this.el);
  }

  /**
   * Words for a screen reader.
   * @param {string} text
   */
  announce(text) {
    this.settle();
    const line = h('p', null, text);
    this.live.append(line);
    while (this.live.children.length > 6) this.live.firstElementChild?.remove();
  }

  /**
   * @param {string} text
   * @param {ToastOptions} [options] a toast with the same key is replaced; `gone` is called when it has left and its
   *   action was not taken
   */
  toast(text, options = {}) {
    const { tone = 'info', hint, action, key, gone } = options;
    if (key) this.#drop(this.byKey.get(key));
    const mark = tone === 'good' ? 'check' : tone === 'bad' ? 'alert' : 'sparkle';
    const close = () => this.#drop(toast);
    const act = () => {
      this.due.delete(toast);
      close();
      action?.run();
    };
    const toast = h(
      'div',
      { class: `toast toast-${tone}` },
      icon(mark, 16),
      h('div', { class: 'toast-text' }, h('p', null, text), hint && h('p', { class: 'muted' }, hint)),
      action &&
        h(
          'button',
          {
            type: 'button',
            class: 'button button-small',
            'aria-keyshortcuts': action.undoes ? 'Control+Z' : null,
            on: { click: act },
          },
          action.label,
        ),
      h(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': t('action.dismiss'), on: { click: close } },
        icon('close', 14),
      ),
    );
    if (key) this.byKey.set(key, toast);
    if (gone) this.due.set(toast, gone);
    if (action?.undoes) this.undos.set(toast, act);
    this.list.append(toast);
    while (this.list.children.length > MOST) this.#drop(this.list.firstElementChild);
    this.#leaveLater(toast, action || tone === 'bad' ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
    this.announce(hint ? `${text}. ${hint}` : text);
  }

  /**
   * A toast stays while the pointer or the focus is on it.
   * @param {HTMLElement} toast
   * @param {number} ms
   */
  #leaveLater(toast, ms) {
    window.setTimeout(() => {
      if (toast.parentNode !== this.list) return;
      if (toast.matches(':hover, :focus-within')) this.#leaveLater(toast, 1500);
      else this.#drop(toast);
    }, ms);
  }
}
