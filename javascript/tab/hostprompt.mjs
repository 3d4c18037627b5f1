/** The host's own prompt field, where there is one. */

import { withParts } from './local.mjs';

/** @returns {HTMLTextAreaElement|null} */
export function promptField() {
  const page = document.querySelector('gradio-app')?.shadowRoot ?? document;
  const field = page.querySelector('#txt2img_prompt textarea') ?? document.querySelector('#txt2img_prompt textarea');
  return field instanceof HTMLTextAreaElement ? field : null;
}

/**
 * Puts parts behind what stands in the prompt, and tells the host's page as typing would.
 * @param {string[]} parts
 * @returns {boolean} false when this page has no prompt
 */
export function sendToPrompt(parts) {
  const field = promptField();
  if (!field) return false;
  field.value = withParts(field.value, parts);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}
