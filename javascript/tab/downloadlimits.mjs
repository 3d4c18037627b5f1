/** How fast downloads go, right where they are seen: the speed limit, files at a time, connections for each. */

import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { limitOf, limitWords } from './limits.mjs';
import { saveSetting } from './savesetting.mjs';
import { said } from './servertext.mjs';
import { whyNot } from './settingfield.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Descriptor} Descriptor */

/** @typedef {{key: string, text: string, unit: string, show: (value: unknown) => string, read: (typed: string) => number|null}} Limit */

const plain = (/** @type {unknown} */ value) => String(value ?? '');
const whole = (/** @type {string} */ typed) => (typed.trim() === '' ? null : Number(typed.trim()));

/** @type {Limit[]} */
const LIMITS = [
  { key: 'civitai_bandwidth_limit', text: 'limit.speed', unit: 'MB/s', show: limitWords, read: limitOf },
  { key: 'civitai_parallel_downloads', text: 'limit.parallel', unit: '', show: plain, read: whole },
  { key: 'civitai_connections_per_download', text: 'limit.connections', unit: '', show: plain, read: whole },
];

export class DownloadLimits {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.problem = h('p', { class: 'field-result', 'data-tone': 'bad', role: 'alert', id: 'cd-limit-problem' });
    this.fields = LIMITS.map((limit) => this.#field(limit));
    const fields = h(
      'div',
      { class: 'limit-fields', id: 'cd-limits', role: 'group', 'aria-label': t('limit.group') },
      this.fields.map((field) => field.el),
      this.problem,
    );
    // Only seen where there is little room: there the fields are folded away.
    const fold = h(
      'button',
      {
        type: 'button',
        class: 'link-button limit-fold',
        'aria-expanded': 'false',
        'aria-controls': 'cd-limits',
        on: {
          click: () => {
            const open = fields.classList.toggle('is-open');
            fold.setAttribute('aria-expanded', String(open));
          },
        },
      },
      icon('gear', 14),
      t('limit.group'),
    );
    this.el = h('div', { class: 'limits' }, fold, fields);
    this.stop = app.session.config.on(() => this.draw());
    this.draw();
  }

  dispose() {
    this.stop();
  }

  /** @param {Limit} limit */
  #field(limit) {
    const input = h('input', {
      type: 'text',
      inputmode: limit.unit ? 'decimal' : 'numeric',
      class: 'input limit-input',
      autocomplete: 'off',
      placeholder: limit.unit ? t('limit.none') : null,
      on: { change: () => void this.#save(limit, input) },
    });
    const words = h('span', null, t(limit.text));
    const unit = limit.unit ? h('span', { class: 'muted' }, limit.unit) : null;
    return { limit, input, el: h('label', { class: 'limit' }, words, input, unit) };
  }

  /** @param {string} key @returns {Descriptor|undefined} */
  #about(key) {
    return this.app.session.config.value.descriptors.find((one) => one.key === key);
  }

  draw() {
    const { values } = this.app.session.config.value;
    for (const { limit, input, el } of this.fields) {
      const about = this.#about(limit.key);
      el.hidden = about === undefined;
      if (!about) continue;
      input.disabled = about.locked;
      el.title = said(about.note ?? about.help);
      if (!input.matches(':focus')) input.value = limit.show(values[limit.key] ?? about.default);
    }
  }

  /**
   * @param {Limit} limit
   * @param {HTMLInputElement} input
   */
  async #save(limit, input) {
    const about = this.#about(limit.key);
    if (!about) return;
    const value = limit.read(input.value);
    const wrong = value === null ? t('settings.notNumber') : whyNot(String(value), about) && rangeWords(limit, about);
    const problem = wrong
      ? `${t(limit.text)}: ${wrong}`
      : await saveSetting(this.app, about, value, { name: t(limit.text) });
    this.problem.textContent = problem;
    input.toggleAttribute('aria-invalid', problem !== '');
    if (problem) input.setAttribute('aria-invalid', 'true');
    else input.value = limit.show(this.app.session.config.value.values[limit.key]);
  }
}

/**
 * @param {Limit} limit
 * @param {Descriptor} about
 * @returns {string} what may be given, in the unit of the field
 */
function rangeWords(limit, about) {
  return t('settings.range', { low: limit.show(about.low) || '0', high: limit.show(about.high) });
}
