/** A menu of actions that opens at its button: arrows move, Enter acts, Escape and a click elsewhere close it. */

import { focused, h } from './dom.mjs';
import { icon } from './icons.mjs';

/**
 * `checked` makes it one of several choices; `keys` are shown beside it.
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {string} [mark] name of an icon
 * @property {boolean} [checked]
 * @property {boolean} [disabled]
 * @property {string} [keys]
 * @property {() => void} run
 */
/** @typedef {{label?: string, items: MenuItem[]}} MenuGroup */

const GAP = 4;

/** Only one is open at a time. @type {(() => void)|null} */
let closeOpen = null;

/** @param {MenuItem} item @param {(run: () => void) => void} choose */
function menuRow(item, choose) {
  return h(
    'button',
    {
      type: 'button',
      class: 'menu-row',
      role: item.checked === undefined ? 'menuitem' : 'menuitemradio',
      'aria-checked': item.checked === undefined ? null : String(item.checked),
      'aria-disabled': item.disabled ? 'true' : null,
      tabindex: -1,
      on: { click: () => !item.disabled && choose(item.run) },
    },
    h('span', { class: 'menu-mark' }, item.checked ? icon('check', 14) : item.mark ? icon(item.mark, 14) : null),
    h('span', { class: 'menu-text' }, item.label),
    item.keys && h('kbd', { 'aria-hidden': 'true' }, item.keys),
  );
}

/**
 * @param {string} label
 * @param {MenuGroup[]} groups
 * @param {(run: () => void) => void} choose
 */
function menuPanel(label, groups, choose) {
  const parts = groups
    .filter((group) => group.items.length)
    .map((group) =>
      h(
        'div',
        { class: 'menu-group', role: 'group', 'aria-label': group.label },
        group.label && h('div', { class: 'menu-title', 'aria-hidden': 'true' }, group.label),
        group.items.map((item) => menuRow(item, choose)),
      ),
    );
  return h('div', { class: 'menu', role: 'menu', 'aria-label': label }, parts);
}

/**
 * @param {HTMLElement} button
 * @param {string} label
 * @param {MenuGroup[]} groups
 */
function openMenu(button, label, groups) {
  closeOpen?.();
  const app = /** @type {HTMLElement} */ (button.closest('.app'));
  const home = /** @type {HTMLElement} */ (button.closest('dialog') ?? app);
  const choose = (/** @type {() => void} */ run) => {
    close(true);
    run();
  };
  const panel = menuPanel(label, groups, choose);
  const rows = () => [...panel.querySelectorAll('button')];
  const outside = (/** @type {Event} */ event) => {
    const path = event.composedPath();
    if (!path.includes(panel) && !path.includes(button)) close(false);
  };
  const close = (/** @type {boolean} */ back) => {
    closeOpen = null;
    watch.disconnect();
    document.removeEventListener('pointerdown', outside, true);
    home.removeEventListener('scroll', scrolled, true);
    panel.remove();
    button.setAttribute('aria-expanded', 'false');
    if (back && button.isConnected) button.focus({ preventScroll: true });
  };
  const scrolled = (/** @type {Event} */ event) => {
    if (!event.composedPath().includes(panel)) place(panel, button, home);
  };
  const watch = new IntersectionObserver((entries) => {
    if (!entries.at(-1)?.isIntersecting) close(false); // what it belongs to is gone
  });
  watch.observe(button);
  panel.addEventListener('keydown', (event) => {
    if (onMenuKey(event, rows())) return;
    if (event.key !== 'Escape' && event.key !== 'Tab') return;
    if (event.key === 'Escape') event.preventDefault();
    event.stopPropagation();
    close(true);
  });
  button.setAttribute('aria-expanded', 'true');
  home.append(panel);
  place(panel, button, home);
  document.addEventListener('pointerdown', outside, true);
  home.addEventListener('scroll', scrolled, true);
  closeOpen = () => close(false);
  rows()[0]?.focus({ preventScroll: true });
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} rows
 * @returns {boolean} true when it moved
 */
function onMenuKey(event, rows) {
  const root = rows[0]?.getRootNode();
  const at = root instanceof ShadowRoot ? rows.indexOf(/** @type {HTMLElement} */ (focused(root))) : -1;
  const last = rows.length - 1;
  /** @type {Record<string, number>} */
  const target = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last };
  if (!Object.hasOwn(target, event.key)) return false;
  event.preventDefault();
  event.stopPropagation();
  rows[target[event.key]]?.focus({ preventScroll: true });
  return true;
}

/**
 * Below the button, or above it where there is no room; always inside its home.
 * @param {HTMLElement} panel
 * @param {HTMLElement} button
 * @param {HTMLElement} home
 */
function place(panel, button, home) {
  const frame = home.getBoundingClientRect();
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = at.bottom - frame.top + GAP;
  const above = at.top - frame.top - height - GAP;
  const top = below + height <= frame.height - GAP ? below : Math.max(GAP, above);
  const left = Math.max(GAP, Math.min(at.right - frame.left - width, frame.width - width - GAP));
  panel.style.top = `${top + home.scrollTop}px`;
  panel.style.left = `${left}px`;
}

/**
 * The button of a menu. Its entries are made when it opens.
 * @param {string} label
 * @param {() => MenuGroup[]} groups
 * @param {string} [mark]
 * @returns {HTMLButtonElement}
 */
export function menuButton(label, groups, mark = 'more') {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      title: label,
      'aria-label': label,
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
    },
    icon(mark, 16),
  );
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-expanded') === 'true') closeOpen?.();
    else openMenu(button, label, groups());
  });
  return button;
}
