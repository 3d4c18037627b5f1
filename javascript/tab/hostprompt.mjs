/** The host's own prompt fields, where there are some, and network tags in them. */

import { withParts } from './local.mjs';

/** @typedef {'txt2img'|'img2img'} HostTab */
/** @typedef {'prompt'|'neg_prompt'} PromptName */

/** @type {HostTab[]} */
export const HOST_TABS = ['txt2img', 'img2img'];

/** Where the host keeps its elements: Gradio 3 may put them into a shadow root. @returns {Document|ShadowRoot} */
export function hostPage() {
  return document.querySelector('gradio-app')?.shadowRoot ?? document;
}

/**
 * @param {HostTab} [tab]
 * @param {PromptName} [name]
 * @returns {HTMLTextAreaElement|null}
 */
export function promptField(tab = 'txt2img', name = 'prompt') {
  const id = `#${tab}_${name} textarea`;
  const field = hostPage().querySelector(id) ?? document.querySelector(id);
  return field instanceof HTMLTextAreaElement ? field : null;
}

/**
 * Writes into a field of the host and tells its page as typing would.
 * @param {HTMLTextAreaElement|HTMLInputElement} field
 * @param {string} text
 */
export function typeInto(field, text) {
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/**
 * Puts parts behind what stands in the prompt.
 * @param {string[]} parts
 * @param {HostTab} [tab]
 * @returns {boolean} false when this page has no prompt
 */
export function sendToPrompt(parts, tab = 'txt2img') {
  const field = promptField(tab);
  if (!field) return false;
  typeInto(field, withParts(field.value, parts));
  return true;
}

// --- tags and words; pure --------------------------------------------------------------------------------------

/** @param {string} text */
function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * What stands for a LoRA or an embedding in a prompt, whatever its weight is by now.
 * @param {'lora'|'embedding'} kind
 * @param {string[]} names
 * @returns {string} source of a regular expression without groups
 */
function pattern(kind, names) {
  const any = `(?:${names.map(escaped).join('|')})`;
  if (kind === 'lora') return `<\\s*(?:lora|lyco|locon)\\s*:\\s*${any}\\s*(?::[^<>]*)?>`;
  return `(?:\\(\\s*${any}\\s*(?::[^()]*)?\\)|(?<![\\w.\\-])${any}(?![\\w.\\-]))`;
}

/**
 * @param {string} prompt
 * @param {'lora'|'embedding'} kind
 * @param {string[]} names
 */
export function isIn(prompt, kind, names) {
  return names.length > 0 && new RegExp(pattern(kind, names), 'i').test(prompt);
}

/**
 * Takes a LoRA or an embedding out, with the comma that set it apart.
 * @param {string} prompt
 * @param {'lora'|'embedding'} kind
 * @param {string[]} names
 */
export function takenOut(prompt, kind, names) {
  if (!isIn(prompt, kind, names)) return prompt;
  const around = new RegExp(`([ \\t]*,)?[ \\t]*${pattern(kind, names)}([ \\t]*,)?[ \\t]*`, 'i');
  let left = prompt;
  for (let found = around.exec(left); found; found = around.exec(left)) {
    const before = left.slice(0, found.index);
    const after = left.slice(found.index + found[0].length);
    const isAtEdge = !before || before.endsWith('\n') || !after || after.startsWith('\n');
    left = before + (isAtEdge ? '' : found[1] || found[2] ? ', ' : ' ') + after;
  }
  return left.replace(/^[ \t]+|[ \t]+$/g, '');
}

/**
 * Puts a LoRA or an embedding in at the end, once: an older place, under any of its names, goes.
 * @param {string} prompt
 * @param {'lora'|'embedding'} kind
 * @param {{insert: string, names: string[]}} what
 */
export function putIn(prompt, kind, what) {
  return withParts(takenOut(prompt, kind, what.names), [what.insert]);
}
