/**
 * Chips for what a picture uses: here, one click puts it into the host's prompt or takes it out; missing, one click
 * downloads it and the chip fills. And buttons that send words to the prompt. A chip never changes its size.
 */

import { actionOf, labelOf, markOf, namesOf, noteOf, sinceThen } from './chiplook.mjs';
import { h, setText } from './dom.mjs';
import { percent } from './format.mjs';
import { HOST_TABS, isIn, promptField, putIn, takenOut, typeInto } from './hostprompt.mjs';
import { icon } from './icons.mjs';
import { isOpen } from './jobs.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./hostprompt.mjs').HostTab} HostTab */
/** @typedef {import('./send.mjs').Plan} Plan */
/** @typedef {import('./send.mjs').Resource} Resource */

/** Kinds that go into a prompt. */
const IN_PROMPTS = new Set(['lora', 'embedding']);

export class Chips {
  /**
   * @param {App} app
   * @param {Plan} plan
   */
  constructor(app, plan) {
    this.app = app;
    this.plan = plan;
    this.el = h('ul', { class: 'chips resource-chips', role: 'list', 'aria-label': t('chips.label') });
    this.update = () => this.draw();
    this.fields = [promptField(plan.target), promptField(plan.target, 'neg_prompt')];
    for (const field of this.fields) field?.addEventListener('input', this.update);
    this.stops = [app.session.bus.on('jobs', this.update)];
    this.drawn = '';
    this.draw();
  }

  dispose() {
    for (const stop of this.stops) stop();
    for (const field of this.fields) field?.removeEventListener('input', this.update);
  }

  draw() {
    const shown = this.plan.resources.map((resource) => this.#now(resource));
    const key = JSON.stringify(shown);
    if (key === this.drawn) return;
    this.drawn = key;
    const root = /** @type {Document|ShadowRoot} */ (this.el.getRootNode());
    const at = [...this.el.children].findIndex((item) => item.contains(root.activeElement ?? null));
    this.el.replaceChildren(...shown.map((one) => h('li', null, this.#chip(one))));
    if (at >= 0) /** @type {HTMLElement|null} */ (this.el.children[at]?.querySelector('button'))?.focus();
  }

  /** @param {Resource} planned */
  #now(planned) {
    const { session } = this.app;
    const { version_id: version, file_id: file } = planned;
    const job = version === null ? null : session.jobs.forFile(version, file ?? -1, true);
    const busy = job && isOpen(job) ? job : null;
    const asked = version !== null && session.queue.isAsked(version, file);
    const resource = sinceThen(planned, job);
    const isIn = IN_PROMPTS.has(resource.kind) && this.#field(resource) !== null;
    return {
      resource,
      isIn,
      hasPrompt: this.fields[0] !== null,
      state: busy ? t(`job.${busy.state}`) : asked ? t('job.queued') : '',
      done: busy ? (percent(busy.bytes_done, busy.bytes_total) ?? 0) : 0,
    };
  }

  /** The prompt that it stands in. @param {Resource} resource */
  #field(resource) {
    const kind = /** @type {'lora'|'embedding'} */ (resource.kind);
    return this.fields.find((field) => field && isIn(field.value, kind, namesOf(resource))) ?? null;
  }

  /** @param {import('./chiplook.mjs').Now} now */
  #chip(now) {
    const { resource } = now;
    const action = actionOf(now);
    const label = labelOf(now);
    return h(
      'button',
      {
        type: 'button',
        class: ['chip', 'chip-resource', `chip-${resource.state}`],
        style: { '--done': `${now.done}%` },
        title: label,
        'aria-label': label,
        'aria-pressed': action === 'toggle' ? String(now.isIn) : null,
        disabled: action === 'none',
        on: { click: () => this.#press(resource, action) },
      },
      icon(markOf(now), 13),
      h('span', { class: 'chip-name' }, resource.name),
      h('span', { class: 'chip-note' }, noteOf(resource)),
    );
  }

  /**
   * @param {Resource} resource
   * @param {import('./chiplook.mjs').Action} action
   */
  #press(resource, action) {
    if (action === 'toggle') this.toggle(resource);
    else if (action === 'watch') this.app.showDock();
    else if (resource.version_id !== null) {
      const version = /** @type {any} */ ({ id: resource.version_id });
      void this.app.downloads.file(version, /** @type {any} */ ({ id: resource.file_id }));
    }
  }

  /** @param {Resource} resource */
  toggle(resource) {
    const kind = /** @type {'lora'|'embedding'} */ (resource.kind);
    const field = this.#field(resource);
    const names = namesOf(resource);
    if (field) typeInto(field, takenOut(field.value, kind, names));
    else {
      const home = this.fields[this.#isNegative(resource) ? 1 : 0];
      if (home && resource.insert) typeInto(home, putIn(home.value, kind, { insert: resource.insert, names }));
    }
    this.draw();
  }

  /** Did the picture have it in its negative prompt? @param {Resource} resource */
  #isNegative(resource) {
    const negative = this.plan.fields.find((field) => field.name === 'negative')?.wanted;
    return resource.kind === 'embedding' && isIn(String(negative ?? ''), 'embedding', namesOf(resource));
  }
}

// --- words -----------------------------------------------------------------------------------------------------

/**
 * Puts behind a list of words what sends them to the host's prompts; nothing where there are none.
 * @param {App} app
 * @param {string[]} words
 * @param {HTMLElement|null} part
 * @param {string} focus
 */
export function withSend(app, words, part, focus) {
  if (part) part.append(...sendButtons(app, () => words, focus));
  return part;
}

/**
 * One button for each prompt that this page has.
 * @param {App} app
 * @param {() => string[]} parts
 * @param {string} focus
 */
function sendButtons(app, parts, focus) {
  return HOST_TABS.filter((tab) => promptField(tab)).map((tab) =>
    h(
      'button',
      {
        type: 'button',
        class: 'link-button link-send',
        data: { focus: `${focus}-${tab}` },
        on: { click: () => app.library.prompt(parts(), tab) },
      },
      t(`send.words.${tab}`),
    ),
  );
}

/**
 * The tag of a LoRA with a weight to choose, for the host's prompts.
 * @param {App} app
 * @param {string} stem
 * @param {string[]} words its trigger words, which go with it
 * @returns {HTMLElement|null}
 */
export function loraPart(app, stem, words) {
  if (!promptField()) return null;
  const weight = h('input', {
    type: 'number',
    class: 'input',
    min: -5,
    max: 5,
    step: 0.05,
    value: '1',
    'aria-label': t('send.weight'),
    data: { focus: 'lora-weight' },
  });
  const tag = () => `<lora:${stem}:${Number(weight.value) || 1}>`;
  const code = h('code', null, tag());
  weight.addEventListener('input', () => setText(code, tag()));
  const put = (/** @type {HostTab} */ tab) => {
    const field = promptField(tab);
    if (!field) return;
    typeInto(field, putIn(field.value, 'lora', { insert: tag(), names: [stem] }));
    app.library.prompt(words, tab);
  };
  const buttons = HOST_TABS.filter((tab) => promptField(tab)).map((tab) =>
    h(
      'button',
      { type: 'button', class: 'button button-small', data: { focus: `lora-${tab}` }, on: { click: () => put(tab) } },
      icon('send', 13),
      t(`send.words.${tab}`),
    ),
  );
  return h('div', { class: 'lora-send' }, code, h('label', null, t('send.weight'), weight), ...buttons);
}
