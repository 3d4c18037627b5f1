/** One setting as a labelled control, made from its description. */

import { h } from './dom.mjs';
import { said } from './servertext.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./types.mjs').Descriptor} Descriptor */
/**
 * @typedef {object} FieldOptions
 * @property {unknown} saved what counts now
 * @property {string} error
 * @property {(value: unknown) => void} save
 * @property {(typed: string, why: string) => void} refuse hears what is no value, and why; '' when that is over
 */

/**
 * @param {Descriptor} descriptor
 * @param {unknown} value what the field shows: what is saved, or what could not be
 * @param {FieldOptions} options
 * @returns {HTMLElement}
 */
export function settingField(descriptor, value, options) {
  const id = `cd-set-${descriptor.key}`;
  const error = h('p', { class: 'field-result', 'data-tone': 'bad', id: `${id}-error`, role: 'alert' }, options.error);
  const tell = (/** @type {string} */ text) => {
    error.textContent = text;
    control.ariaInvalid = String(text !== '');
  };
  const control = controlFor(descriptor, value, { ...options, id, tell });
  control.id = id;
  control.setAttribute('aria-describedby', `${id}-help ${id}-error`);
  control.ariaInvalid = String(options.error !== '');
  if (descriptor.locked) control.setAttribute('disabled', '');
  const notes = [
    !descriptor.note && descriptor.locked && t('settings.locked'),
    descriptor.restart && t('settings.restart'),
  ].filter(Boolean);
  return h(
    'div',
    { class: `field field-${descriptor.kind}` },
    h(
      'div',
      { class: 'field-text' },
      h('label', { for: id }, said(descriptor.label)),
      h('p', { class: 'muted', id: `${id}-help` }, said(descriptor.help), notes.length ? ` (${notes.join(', ')})` : ''),
    ),
    h('div', { class: 'field-control' }, control),
    descriptor.note && h('p', { class: 'field-note' }, said(descriptor.note)),
    error,
  );
}

/**
 * @param {Descriptor} descriptor
 * @param {unknown} value
 * @param {FieldOptions & {id: string, tell: (text: string) => void}} options
 * @returns {HTMLInputElement|HTMLSelectElement|HTMLTextAreaElement}
 */
function controlFor(descriptor, value, options) {
  if (descriptor.kind === 'bool') return toggle(value === true, options.save);
  if (descriptor.kind === 'choice') return choice(descriptor, String(value ?? ''), options.save);
  if (descriptor.kind === 'int' || descriptor.kind === 'float') return number(descriptor, value, options);
  if (/templates?$/.test(descriptor.key)) return lines(String(value ?? ''), options.save);
  return text(String(value ?? ''), options.save);
}

/**
 * @param {boolean} on
 * @param {(value: boolean) => void} save
 */
function toggle(on, save) {
  const input = h('input', {
    type: 'checkbox',
    role: 'switch',
    class: 'switch',
    checked: on,
    on: { change: () => save(input.checked) },
  });
  return input;
}

/**
 * @param {Descriptor} descriptor
 * @param {string} value
 * @param {(value: string) => void} save
 */
function choice(descriptor, value, save) {
  const group = /nsfw/.test(descriptor.key) ? 'level' : `choice.${descriptor.key}`;
  const select = h('select', { class: 'input select', on: { change: () => save(select.value) } });
  select.append(...(descriptor.choices ?? []).map((word) => h('option', { value: word }, term(group, word))));
  select.value = value;
  return select;
}

/**
 * @param {string} typed
 * @param {Descriptor} descriptor
 * @returns {string} what is wrong with it, or ''
 */
export function whyNot(typed, descriptor) {
  const given = Number(typed);
  const whole = descriptor.kind === 'float' || Number.isInteger(given);
  if (typed === '' || !Number.isFinite(given) || !whole) return t('settings.notNumber');
  const low = descriptor.low ?? Number.NEGATIVE_INFINITY;
  const high = descriptor.high ?? Number.POSITIVE_INFINITY;
  if (given >= low && given <= high) return '';
  return Number.isFinite(high) ? t('settings.range', { low, high }) : t('settings.atLeast', { low });
}

/**
 * @param {Descriptor} descriptor
 * @param {unknown} value
 * @param {FieldOptions & {tell: (text: string) => void}} options
 */
function number(descriptor, value, options) {
  const input = h('input', {
    type: 'text',
    inputmode: descriptor.kind === 'int' ? 'numeric' : 'decimal',
    class: 'input input-number',
    value: String(value ?? ''),
  });
  input.addEventListener('change', () => {
    const typed = input.value.trim().replace(',', '.');
    if (typed === '') input.value = String(options.saved ?? ''); // nothing was given: what counts is shown again
    const wrong = typed && whyNot(typed, descriptor);
    options.tell(wrong);
    options.refuse(input.value, wrong);
    if (typed && !wrong) options.save(Number(typed));
  });
  return input;
}

/**
 * @param {string} value
 * @param {(value: string) => void} save
 */
function text(value, save) {
  const input = h('input', {
    type: 'text',
    class: 'input',
    value,
    spellcheck: 'false',
    autocomplete: 'off',
    on: { change: () => save(input.value.trim()) },
  });
  return input;
}

/**
 * @param {string} value
 * @param {(value: string) => void} save
 */
function lines(value, save) {
  const input = h('textarea', {
    class: 'input',
    rows: 3,
    spellcheck: 'false',
    value,
    on: { change: () => save(input.value) },
  });
  return input;
}
