/** Below the folder templates: where a model would land with what is typed, while it is typed. */

import { asApiError, isAbort } from './api.mjs';
import { breakable, fill, h } from './dom.mjs';
import { icon } from './icons.mjs';
import { said } from './servertext.mjs';
import { shortCause } from './states.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {{type: string, template: string, example: string}} TemplateExample */
/** @typedef {{examples: TemplateExample[], errors: Array<{line: string|number, reason: string}>}} TemplateAnswer */

export const TEMPLATES = 'civitai_folder_templates';
const PAUSE_MS = 300;
/** What is shown while no template is given. */
const STARTER = 'LORA = {base_model}/{creator}';

/**
 * Puts the examples into the setting's field.
 * @param {App} app
 * @param {HTMLElement} field
 * @returns {HTMLElement} the field
 */
export function withExample(app, field) {
  const input = field.querySelector('textarea');
  if (!input) return field;
  const place = h('div', { class: 'template-examples', role: 'status' });
  field.append(place);
  let timer = 0;
  /** @type {AbortController|null} */
  let running = null;
  const ask = async () => {
    running?.abort();
    const controller = new AbortController();
    running = controller;
    const typed = input.value.trim();
    try {
      const words = new URLSearchParams({ templates: typed || STARTER });
      const answer = await app.session.api.get(`template-example?${words}`, { signal: controller.signal });
      fill(place, typed ? null : h('p', { class: 'muted' }, t('template.starter')), lines(answer));
    } catch (error) {
      if (isAbort(error)) return;
      fill(place, h('p', { class: 'muted' }, shortCause(asApiError(error))));
    }
  };
  input.addEventListener('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE_MS);
  });
  void ask();
  return field;
}

/** @param {TemplateAnswer} answer */
function lines(answer) {
  return [
    ...answer.examples.map(({ type, template, example }) =>
      h(
        'div',
        { class: 'template-line', title: template },
        h('span', { class: 'tag' }, term('type', type)),
        h('span', { class: 'template-path' }, icon('folder', 13), h('span', null, breakable(example))),
      ),
    ),
    ...answer.errors.map(({ line, reason }) =>
      h(
        'p',
        { class: 'job-error' },
        icon('alert', 13),
        h('span', null, t('template.error', { line, reason: said(reason) })),
      ),
    ),
  ];
}
