/**
 * The fields of the host's own txt2img and img2img tabs: found by their ids, read, and set as a person would set them.
 * A1111 and its kin have the same ids under Gradio 3 and 4; what a kind of field is shows in what it is made of.
 */

import { hostPage, promptField, typeInto } from './hostprompt.mjs';

/** @typedef {import('./hostprompt.mjs').HostTab} HostTab */

/** The ends of the ids: `txt2img_steps`; whole ids begin with `#`. @type {Record<string, string>} */
const IDS = {
  steps: 'steps',
  sampler: 'sampling',
  scheduler: 'scheduler',
  cfg: 'cfg_scale',
  distilled_cfg: 'distilled_cfg_scale',
  seed: 'seed',
  width: 'width',
  height: 'height',
  denoising: 'denoising_strength',
  hires_upscaler: 'hr_upscaler',
  hires_scale: 'hr_scale',
  hires_steps: 'hires_steps',
  hires_checkpoint: '#hr_checkpoint',
  hires_modules: '#hr_vae_te',
  hires_cfg: 'hr_cfg',
  hires_distilled_cfg: 'hr_distilled_cfg',
  hires_sampler: '#hr_sampler',
  hires_scheduler: '#hr_scheduler',
  hires_prompt: '#hires_prompt',
  hires_negative: '#hires_neg_prompt',
  refiner: 'checkpoint',
  refiner_switch: 'switch_at',
};
/** Hires fix and refiner are accordions with a hidden switch. @type {Record<string, string>} */
const SWITCHES = { hires: 'hr-checkbox', refiner: 'enable-checkbox' };
/** @type {Record<string, 'prompt'|'neg_prompt'>} */
const PROMPTS = { prompt: 'prompt', negative: 'neg_prompt' };
/** Fields that hold several entries of their list. */
const SEVERAL = new Set(['hires_modules']);
/** How often (ms) the page is looked at while it is to answer, and how long a list may take to open. */
const LOOK_MS = 40;
const LIST_MS = 3000;

/**
 * Looks until there is something.
 * @template T
 * @param {() => T|null|undefined|false|Promise<T|null|undefined|false>} look
 * @param {number} ms the longest wait
 * @param {number} [every] ms between two looks
 * @returns {Promise<T|null>} null when there was nothing in time
 */
export async function until(look, ms, every = LOOK_MS) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() >= end) return null;
    await new Promise((go) => window.setTimeout(go, every));
  }
}

/**
 * @param {HostTab} tab
 * @param {string} name
 * @returns {Element|null}
 */
function box(tab, name) {
  const id = IDS[name];
  return id ? hostPage().querySelector(id.startsWith('#') ? id : `#${tab}_${id}`) : null;
}

/** @param {HostTab} tab */
export function hasFields(tab) {
  return promptField(tab) !== null;
}

/**
 * @param {HostTab} tab
 * @param {string} name
 * @returns {string|string[]|null} what the field shows, nothing where it is switched off; null where there is no such
 *   field
 */
export function readField(tab, name) {
  if (PROMPTS[name]) return promptField(tab, PROMPTS[name])?.value ?? null;
  const found = box(tab, name);
  if (!found) return null;
  if (switchOf(tab, name)?.checked === false) return '';
  if (SEVERAL.has(name)) return [...found.querySelectorAll('.token')].map(tokenText);
  const chosen = found.querySelector('input[type=radio]:checked');
  if (chosen instanceof HTMLInputElement) return chosen.value;
  const input = inputOf(found);
  return input?.value || found.querySelector('.single-select')?.textContent || (input ? '' : null);
}

/** @param {Element} found */
function inputOf(found) {
  const input = found.querySelector('input[type=number]') ?? found.querySelector('textarea, input');
  return input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement ? input : null;
}

/**
 * @param {HostTab} tab
 * @param {string} name
 * @param {string|number|string[]} value
 * @returns {Promise<boolean>} false where there is no such field, or nothing of that name in its list
 */
export async function setField(tab, name, value) {
  const prompt = PROMPTS[name] ? promptField(tab, PROMPTS[name]) : null;
  if (prompt) {
    typeInto(prompt, String(value));
    return true;
  }
  const found = box(tab, name);
  if (!found) return false;
  const off = switchOf(tab, name);
  if (off && !off.checked) off.click();
  if (Array.isArray(value)) return chooseSeveral(found.id, value);
  const radio = radioOf(found, String(value));
  if (radio) {
    radio.click();
    return true;
  }
  const input = inputOf(found);
  if (!input) return false;
  if (input.type === 'number' || input instanceof HTMLTextAreaElement) {
    typeInto(input, String(value));
    return true;
  }
  return choose(found, String(value));
}

/**
 * @param {HostTab} tab
 * @param {string} name
 * @returns {HTMLInputElement|null} what switches the part of the page on that this field belongs to
 */
function switchOf(tab, name) {
  const id = SWITCHES[name.split('_')[0] ?? ''];
  const found = id ? hostPage().querySelector(`#${tab}_${id} input`) : null;
  return found instanceof HTMLInputElement ? found : null;
}

/**
 * Picks from a list: it opens on focus, and its entries answer to the mouse button going down (Gradio 3 and 4).
 * @param {Element} found the dropdown
 * @param {string} value
 */
export async function choose(found, value) {
  const input = found.querySelector('input');
  if (!input) return false;
  input.dispatchEvent(new FocusEvent('focus'));
  const entry = await until(() => {
    const entries = [...found.querySelectorAll('ul li'), ...hostPage().querySelectorAll('ul.options li')];
    return entries.find((one) => labelOf(one) === value);
  }, LIST_MS);
  entry?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true }));
  input.dispatchEvent(new FocusEvent('blur'));
  return entry !== null;
}

/** @param {Element} entry */
function labelOf(entry) {
  return (entry.getAttribute('aria-label') ?? entry.textContent ?? '').replace('✓', '').trim();
}

/**
 * Options that a picture overrides, as the host lists them below its fields: `Clip skip: 2`.
 * @param {HostTab} tab
 * @returns {string[]}
 */
export function overridesOf(tab) {
  const tokens = hostPage().querySelectorAll(`#${tab}_override_settings .token`);
  return [...tokens].map(tokenText);
}

/**
 * The host's button that reads an infotext out of the prompt; both tabs have one of this id.
 * @param {HostTab} tab
 * @returns {HTMLElement|null}
 */
export function pasteButton(tab) {
  for (const id of [`#${tab}_tools #paste`, `#tab_${tab} #paste`, `#${tab}_paste`]) {
    const button = hostPage().querySelector(id);
    if (button instanceof HTMLElement) return button;
  }
  return null;
}

/**
 * Makes a list of several choices hold these, with as few changes as that takes.
 * @param {string} id of the element
 * @param {string[]} wanted
 * @returns {Promise<boolean>} false where there is no such field, or something is not in its list
 */
export async function chooseSeveral(id, wanted) {
  const found = hostPage().querySelector(`#${CSS.escape(id)}`);
  if (!found) return false;
  const tokens = () => [...found.querySelectorAll('.token')];
  for (const name of tokens().map(tokenText)) {
    if (wanted.includes(name)) continue;
    const remove = tokens()
      .find((token) => tokenText(token) === name)
      ?.querySelector('.token-remove');
    remove?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
    await until(() => !tokens().some((token) => tokenText(token) === name), LIST_MS);
  }
  for (const name of wanted) {
    if (tokens().some((token) => tokenText(token) === name)) continue;
    if (!(await choose(found, name))) return false;
    await until(() => tokens().some((token) => tokenText(token) === name), LIST_MS);
  }
  return true;
}

/**
 * @param {string} id of a list of several choices
 * @returns {string[]} what it shows as chosen
 */
export function chosenOf(id) {
  return [...hostPage().querySelectorAll(`#${CSS.escape(id)} .token`)].map(tokenText);
}

/** @param {Element} token */
function tokenText(token) {
  return (token.textContent ?? '').replace(/[×✕]\s*$/, '').trim();
}

/**
 * Has the host select a checkpoint in its own way.
 * @param {string} name as the host itself calls it
 */
export async function selectCheckpoint(name) {
  const own = /** @type {any} */ (window).selectCheckpoint;
  if (typeof own === 'function') {
    own(name);
    return true;
  }
  const field = hostPage().querySelector('#setting_sd_model_checkpoint, .model_selection');
  return field ? choose(field, name) : false;
}

/**
 * Chooses one of Forge's presets: a button in Forge, an entry of a list in Neo.
 * @param {string} name
 * @returns {Promise<boolean>} false where there is no such preset
 */
export async function selectPreset(name) {
  const found = presetField();
  const radio = radioOf(found, name);
  radio?.click();
  return radio !== null || (found !== null && choose(found, name));
}

/** @param {string} name */
export function isPresetShown(name) {
  const found = presetField();
  const radio = radioOf(found, name);
  return radio ? radio.checked : found !== null && inputOf(found)?.value === name;
}

function presetField() {
  return hostPage().querySelector('#forge_ui_preset');
}

/**
 * @param {Element|null} found
 * @param {string} value
 * @returns {HTMLInputElement|null}
 */
function radioOf(found, value) {
  for (const radio of found?.querySelectorAll('input[type=radio]') ?? [])
    if (radio instanceof HTMLInputElement && radio.value === value) return radio;
  return null;
}

/** Brings one of the host's tabs to the front. @param {HostTab} tab */
export function switchTo(tab) {
  const own = /** @type {any} */ (window)[`switch_to_${tab}`];
  if (typeof own === 'function') own();
}
