/** Copying text, also over plain http, where the browser has no clipboard interface. */

import { h } from './dom.mjs';

/**
 * @param {string} text
 * @param {Element|ShadowRoot} home where a helper field may live for a moment
 * @returns {Promise<boolean>}
 */
export async function copyText(text, home) {
  if (window.isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed in this page or not focused: the old way may still do it.
    }
  }
  const back = home.getRootNode();
  const before = back instanceof ShadowRoot ? back.activeElement : document.activeElement;
  const field = h('textarea', { class: 'sr-only', readonly: true, 'aria-hidden': 'true', value: text });
  home.append(field);
  field.focus({ preventScroll: true });
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}
