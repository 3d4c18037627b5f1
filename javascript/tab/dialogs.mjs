/** Modal dialogs: a question, the list of keys. */

import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { HELP } from './keys.mjs';
import { t, term } from './strings.mjs';

/**
 * Shows a dialog and gives the focus back when it is closed.
 * @param {ShadowRoot} root
 * @param {HTMLDialogElement} dialog
 */
export function showModal(root, dialog) {
  const before = root.activeElement;
  dialog.addEventListener('close', () => {
    const notices = dialog.querySelector('.notices');
    if (notices) root.querySelector('.app')?.append(notices);
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close('cancel');
  });
  (root.querySelector('.app') ?? root).append(dialog);
  dialog.showModal();
}

/**
 * @param {ShadowRoot} root
 * @param {{title: string, text: string, yes: string, danger?: boolean, more?: Promise<string>}} question `more` is
 *   told when it is known
 * @returns {Promise<boolean>} true only when it was agreed to
 */
export function confirmDialog(root, question) {
  return new Promise((resolve) => {
    const close = (/** @type {string} */ value) => dialog.close(value);
    const no = h(
      'button',
      { type: 'button', class: 'button', autofocus: true, on: { click: () => close('no') } },
      t('action.cancel'),
    );
    const yes = h(
      'button',
      {
        type: 'button',
        class: ['button', question.danger ? 'button-danger' : 'button-primary'],
        on: { click: () => close('yes') },
      },
      question.yes,
    );
    const more = question.more ? h('p', { class: 'muted', role: 'status' }) : null;
    void question.more?.then((words) => more?.append(words));
    const dialog = h(
      'dialog',
      { class: 'dialog', 'aria-labelledby': 'cd-ask-title', 'aria-describedby': 'cd-ask-text' },
      h(
        'div',
        { class: 'dialog-body' },
        h('h2', { id: 'cd-ask-title' }, question.title),
        h('p', { id: 'cd-ask-text' }, question.text),
        more,
      ),
      h('div', { class: 'dialog-foot' }, no, yes),
    );
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'));
    showModal(root, dialog);
  });
}

/**
 * A dialog that a form fills: a title with a cross, the form, a line of buttons.
 * @param {ShadowRoot} root
 * @param {{title: string, name: string, body: Array<HTMLElement|null>, foot: HTMLElement[]}} parts name: a class
 * @returns {HTMLDialogElement}
 */
export function formDialog(root, parts) {
  const close = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': t('action.close'), on: { click: () => dialog.close('no') } },
    icon('close'),
  );
  const dialog = h(
    'dialog',
    { class: `dialog dialog-form ${parts.name}`, 'aria-labelledby': 'cd-form-title' },
    h('div', { class: 'dialog-head' }, h('h2', { id: 'cd-form-title' }, parts.title), close),
    h('div', { class: 'dialog-form-body', tabindex: -1 }, parts.body),
    h('div', { class: 'dialog-foot' }, parts.foot),
  );
  showModal(root, dialog);
  return dialog;
}

/** @param {string} key one or several at once, such as `Shift D`; words are what stands on the keyboard */
const keyName = (key) =>
  key
    .split(' ')
    .map((word) => term('keycap', word))
    .join(' ');

/** @param {ShadowRoot} root */
export function helpDialog(root) {
  const rows = HELP.map(({ keys, text }) =>
    h(
      'div',
      { class: 'help-row' },
      h(
        'dt',
        null,
        keys.map((key) => h('kbd', null, keyName(key))),
      ),
      h('dd', null, t(text)),
    ),
  );
  const close = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': t('action.close'), on: { click: () => dialog.close() } },
    icon('close'),
  );
  const dialog = h(
    'dialog',
    { class: 'dialog dialog-help', 'aria-labelledby': 'cd-help-title' },
    h('div', { class: 'dialog-head' }, h('h2', { id: 'cd-help-title' }, t('help.title')), close),
    h('dl', { class: 'help-list' }, rows),
  );
  showModal(root, dialog);
}

/**
 * A modal dialog in a hidden tab would block the whole page without being seen.
 * @param {ShadowRoot} root
 */
export function closeModals(root) {
  for (const dialog of root.querySelectorAll('dialog')) if (dialog.matches(':modal')) dialog.close();
}
