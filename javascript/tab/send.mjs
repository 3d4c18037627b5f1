/**
 * Sends a picture's parameters into the host's own tab: the server plans, this page acts as a person would, and then
 * reads back what the host really took. The host's own paste does most of it; its answer is waited for, not a time.
 */

import {
  chooseSeveral,
  chosenOf,
  isPresetShown,
  overridesOf,
  pasteButton,
  readField,
  selectCheckpoint,
  selectPreset,
  setField,
  switchTo,
  until,
} from './hostfields.mjs';
import { promptField, typeInto } from './hostprompt.mjs';

/** @typedef {import('./api.mjs').Api} Api */
/** @typedef {import('./hostprompt.mjs').HostTab} HostTab */
/** @typedef {string|number|string[]} FieldValue */
/** @typedef {{name: string, wanted: FieldValue, value: FieldValue|null, problem: 'not_here'|'no_field'|'unclear'|null, guessed_for: string|null}} PlannedField */
/** @typedef {'checkpoint'|'lora'|'embedding'|'vae'|'upscaler'|'hypernetwork'|'controlnet'|'text_encoder'|'other'} Kind */

/**
 * @typedef {object} Resource
 * @property {Kind} kind
 * @property {string} name
 * @property {'here'|'missing'|'wrong_base'|'unknown'} state
 * @property {number|null} weight
 * @property {string|null} tag
 * @property {string|null} insert
 * @property {string|null} path
 * @property {string[]} names
 * @property {boolean|null} fits
 * @property {number|null} model_id
 * @property {number|null} version_id
 * @property {number|null} file_id
 * @property {number|null} size_bytes
 * @property {string|null} base_model
 * @property {string[]} words
 */

/**
 * @typedef {object} Plan
 * @property {HostTab} target
 * @property {boolean} has_fields
 * @property {PlannedField[]} fields
 * @property {Resource[]} resources
 * @property {string[]} words
 * @property {string} infotext
 * @property {string} copy_text
 */

/** @typedef {{checkpoint: string|null, vae: string|null, modules: string[], preset: string|null, clip_skip: number|null, modules_element: string|null}} Held */
/** @typedef {{name: string, wanted: FieldValue, got: FieldValue|null, reason: 'not_here'|'no_field'|'unclear'|'differs', base: string|null}} Difference */

/** The longest waits (ms) for the host: to take up a preset or a checkpoint, to answer a paste, to show what it took. */
const CHOICE_MS = 30_000;
const PASTE_MS = 30_000;
const SHOW_MS = 3000;
/** A preset changes many fields; they have come to rest once they stayed the same for so long (ms). */
const QUIET_MS = 400;
/** Options and lists of models, which are no fields of the tab: the server says what is chosen of them. */
const HELD = new Set(['preset', 'checkpoint', 'vae', 'modules', 'clip_skip']);
const MOVED_BY_PRESET = ['width', 'height', 'cfg', 'sampler', 'scheduler', 'distilled_cfg'];

/**
 * @param {Api} api
 * @param {Plan} plan one for a picture or a checkpoint
 * @returns {Promise<Difference[]>} what is not as the picture has it
 */
export async function carryOut(api, plan) {
  const { target } = plan;
  const wanted = plan.fields.filter((field) => field.value !== null);
  switchTo(target);
  await choosePreset(api, target, textOf(wanted, 'preset'));
  await chooseCheckpoint(api, textOf(wanted, 'checkpoint'));
  await chooseModules(api, wanted.find((field) => field.name === 'modules')?.value ?? null);
  if (!(await paste(target, plan.infotext))) {
    for (const field of wanted) if (!HELD.has(field.name)) await setField(target, field.name, field.value ?? '');
  }
  await settled(target, wanted);
  for (const field of wanted) {
    if (!HELD.has(field.name) && !isTaken(target, field)) await setField(target, field.name, field.value ?? '');
  }
  await settled(target, wanted);
  return differences(plan.fields, (name) => readField(target, name), overridesOf(target), await api.get('send/held'));
}

/**
 * @param {PlannedField[]} fields
 * @param {string} name
 */
function textOf(fields, name) {
  const value = fields.find((field) => field.name === name)?.value;
  return typeof value === 'string' ? value : null;
}

/**
 * @param {Api} api
 * @param {HostTab} tab
 * @param {string|null} preset
 */
async function choosePreset(api, tab, preset) {
  const before = (await held(api)).preset;
  if (!preset || before === preset) return;
  if (before && isPresetShown(preset)) {
    // Another window has chosen since this page was loaded; a choice that is shown already would not count as one.
    await selectPreset(before);
    await presetAtRest(tab);
  }
  if (!(await selectPreset(preset))) return;
  await until(async () => (await held(api)).preset === preset, CHOICE_MS, 150);
  await presetAtRest(tab);
}

/**
 * Waits until what a preset changes is changed.
 * @param {HostTab} tab
 */
async function presetAtRest(tab) {
  let last = '';
  let since = Date.now();
  await until(() => {
    const now = MOVED_BY_PRESET.map((name) => readField(tab, name)).join('\n');
    if (now !== last) since = Date.now();
    last = now;
    return Date.now() - since >= QUIET_MS;
  }, SHOW_MS);
}

/**
 * @param {Api} api
 * @param {string|null} checkpoint
 */
async function chooseCheckpoint(api, checkpoint) {
  if (!checkpoint || (await held(api)).checkpoint === checkpoint || !(await selectCheckpoint(checkpoint))) return;
  await until(async () => (await held(api)).checkpoint === checkpoint, CHOICE_MS, 150);
}

/**
 * VAE and text encoders of Forge, which its paste leaves alone.
 * @param {Api} api
 * @param {FieldValue|null} modules file names
 */
async function chooseModules(api, modules) {
  const before = await held(api);
  if (!Array.isArray(modules) || before.modules_element === null || isSameSet(modules, before.modules)) return;
  const { modules_element: list } = before;
  // Where another window has chosen since, this page first catches up: what it shows already would be no choice.
  if (isSameSet(modules, chosenOf(list)) && !(await chooseSeveral(list, before.modules))) return;
  if (!(await chooseSeveral(list, modules))) return;
  await until(async () => isSameSet(modules, (await held(api)).modules), CHOICE_MS, 150);
}

/**
 * @param {string[]} one
 * @param {string[]} other
 */
function isSameSet(one, other) {
  return one.length === other.length && one.every((name) => other.includes(name));
}

/**
 * @param {Api} api
 * @returns {Promise<Held>}
 */
function held(api) {
  return api.get('send/held');
}

/**
 * Lets the host read an infotext; it has answered when the prompt is no longer the whole text.
 * @param {HostTab} tab
 * @param {string} infotext
 * @returns {Promise<boolean>} false when the host has no paste, or did not answer
 */
async function paste(tab, infotext) {
  const field = promptField(tab);
  const button = pasteButton(tab);
  if (!infotext || !field || !button) return false;
  typeInto(field, infotext);
  button.click();
  return (await until(() => readField(tab, 'prompt') !== infotext, PASTE_MS)) !== null;
}

/**
 * Waits until the host shows what is wanted; where it shows something else, as long as a host may take.
 * @param {HostTab} tab
 * @param {PlannedField[]} wanted
 */
async function settled(tab, wanted) {
  await until(() => wanted.every((field) => HELD.has(field.name) || isTaken(tab, field)), SHOW_MS);
}

/**
 * @param {HostTab} tab
 * @param {PlannedField} field
 */
function isTaken(tab, field) {
  return isSame(field.value, readField(tab, field.name));
}

// --- what the host took; pure ----------------------------------------------------------------------------------

/**
 * @param {unknown} one
 * @param {unknown} other
 */
export function isSame(one, other) {
  if (Array.isArray(one)) return Array.isArray(other) && isSameSet(one, other);
  if (one === null || one === undefined || other === null || other === undefined) return one === other;
  if (typeof one === 'number') return Math.abs(one - Number(other)) < 1e-6 && other !== '';
  return plain(one) === plain(other);
}

/** @param {unknown} text */
function plain(text) {
  return String(text).replace(/\r\n/g, '\n').trim();
}

/**
 * What is not as the picture has it: what the plan could not offer, and what the host took differently.
 * @param {PlannedField[]} fields
 * @param {(name: string) => string|string[]|null} read
 * @param {string[]} overrides as the host lists them
 * @param {Held} chosen
 * @returns {Difference[]}
 */
export function differences(fields, read, overrides, chosen) {
  return fields.flatMap((field) => {
    const { name, wanted, value, problem, guessed_for: base } = field;
    /** @type {Difference[]} */
    const said = problem ? [{ name, wanted, got: value, reason: problem, base }] : [];
    if (value === null) return said;
    const got = HELD.has(name) ? heldOf(field, overrides, chosen) : read(name);
    return isSame(value, got)
      ? said
      : [{ name, wanted: value, got, reason: got === null && !HELD.has(name) ? 'no_field' : 'differs', base: null }];
  });
}

/**
 * What was chosen although the picture says nothing of it.
 * @param {PlannedField[]} fields
 */
export function guesses(fields) {
  return fields.filter((field) => field.guessed_for !== null && field.value !== null);
}

/**
 * @param {PlannedField} field
 * @param {string[]} overrides
 * @param {Held} chosen
 * @returns {FieldValue|null} what will be used of an option
 */
function heldOf({ name }, overrides, chosen) {
  const override = (/** @type {string} */ word) =>
    overrides.find((one) => one.startsWith(`${word}: `))?.slice(word.length + 2) ?? null;
  if (name === 'preset') return chosen.preset;
  if (name === 'checkpoint') return chosen.checkpoint;
  if (name === 'vae') return override('VAE') ?? chosen.vae;
  if (name === 'clip_skip') return override('Clip skip') ?? chosen.clip_skip;
  return chosen.modules;
}
