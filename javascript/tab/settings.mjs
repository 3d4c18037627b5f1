/** The Settings view: every setting saved at once, with a way back; the API key apart. */

import { asApiError } from './api.mjs';
import { API_KEY, groupOfSetting } from './config.mjs';
import { confirmDialog } from './dialogs.mjs';
import { attr, fill, focused, h } from './dom.mjs';
import { icon } from './icons.mjs';
import { saveSetting } from './savesetting.mjs';
import { said } from './servertext.mjs';
import { settingField } from './settingfield.mjs';
import { stateBox } from './states.mjs';
import { t } from './strings.mjs';
import { TEMPLATES, withExample } from './templateexample.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Descriptor} Descriptor */
/** @typedef {import('./api.mjs').ApiError} ApiError */

const GROUPS = ['content', 'downloads', 'library', 'network', 'other'];

/** @param {Element|null|undefined} at @returns {at is HTMLInputElement|HTMLTextAreaElement} */
const isText = (at) => at instanceof HTMLTextAreaElement || (at instanceof HTMLInputElement && at.type === 'text');

export class SettingsView {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    /** @type {ApiError|null} */
    this.failed = null;
    /** @type {Map<string, {text: string, value: unknown}>} values that the server refused, and why, by key */
    this.errors = new Map();
    /** The id of a field that shall get the focus as soon as it is there. @type {string|null} */
    this.wanted = null;
    this.input = h('input', {
      type: 'password',
      class: 'input',
      autocomplete: 'off',
      spellcheck: 'false',
      id: 'cd-key',
    });
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') void this.#storeKey();
    });
    this.keyState = h('span', { class: 'key-state' });
    this.keyNote = h('p', { class: 'field-note' });
    this.keyResult = h('p', { class: 'field-result', role: 'status' });
    this.saveKey = h(
      'button',
      { type: 'button', class: 'button button-primary', on: { click: () => void this.#storeKey() } },
      t('key.save'),
    );
    this.remove = h(
      'button',
      { type: 'button', class: 'button', on: { click: () => void this.#removeKey() } },
      t('key.remove'),
    );
    this.test = h(
      'button',
      { type: 'button', class: 'button', on: { click: () => void this.#onTest() } },
      t('key.test'),
    );
    this.keyPage = h('a', { target: '_blank', rel: 'noopener noreferrer' }, t('key.page'));
    this.fields = h('div', { class: 'settings-groups' });
    this.el = h(
      'section',
      { class: 'view settings', id: 'cd-view-settings', role: 'tabpanel', 'aria-label': t('view.settings') },
      h(
        'div',
        { class: 'scroller', tabindex: -1 },
        h(
          'div',
          { class: 'page' },
          h('p', { class: 'muted settings-intro' }, t('settings.intro')),
          this.#account(),
          this.fields,
        ),
      ),
    );
    this.stops = [
      app.session.config.on(() => this.draw()),
      app.session.bus.on('config-failed', (/** @type {ApiError} */ error) => {
        this.failed = error;
        this.draw();
      }),
    ];
    this.draw();
  }

  dispose() {
    for (const stop of this.stops) stop();
  }

  mounted() {
    if (this.app.session.configLoaded) this.app.session.catchUp();
    else void this.app.session.loadConfig();
  }

  /** @param {string|null} key of the setting that is meant, null for the API key */
  focusSetting(key) {
    this.wanted = key === null ? 'cd-key' : `cd-set-${key}`;
    this.#focusWanted();
  }

  #focusWanted() {
    if (this.wanted === null) return;
    const found = this.el.querySelector(`#${CSS.escape(this.wanted)}`);
    if (!(found instanceof HTMLElement)) return;
    this.wanted = null;
    found.scrollIntoView({ block: 'center' });
    found.focus({ preventScroll: true });
    const field = found.closest('.field');
    field?.classList.add('is-meant');
    field?.addEventListener('animationend', () => field.classList.remove('is-meant'), { once: true });
  }

  #account() {
    return h(
      'section',
      { class: 'settings-group' },
      h('h2', null, t('settings.group.account')),
      h(
        'div',
        { class: 'field field-key' },
        h(
          'div',
          { class: 'field-text' },
          h('label', { for: 'cd-key' }, t('key.label')),
          this.keyState,
          h('p', { class: 'muted' }, t('key.help'), ' ', this.keyPage),
        ),
        h('div', { class: 'key-row' }, this.input, this.saveKey, this.test, this.remove),
        this.keyNote,
        this.keyResult,
      ),
    );
  }

  draw() {
    const { config, configLoaded } = this.app.session;
    if (configLoaded) this.failed = null;
    this.#drawKey(config.value.hasKey);
    if (this.failed) {
      const retry = h(
        'button',
        { type: 'button', class: 'button', on: { click: () => void this.app.session.loadConfig() } },
        t('action.retry'),
      );
      fill(
        this.fields,
        stateBox('alert', t('settings.failed'), h('p', { class: 'muted' }, this.failed.message), retry),
      );
      return;
    }
    this.#drawFields(config.value.descriptors, config.value.values);
  }

  /** @param {boolean} set */
  #drawKey(set) {
    const site = String(this.app.session.config.value.values.civitai_page_url ?? 'https://civitai.com').replace(
      /\/+$/,
      '',
    );
    attr(this.keyPage, 'href', `${site}/user/account`);
    fill(this.keyState, icon(set ? 'check' : 'key', 13), t(set ? 'key.set' : 'key.unset'));
    this.keyState.classList.toggle('is-set', set);
    const about = this.app.session.config.value.descriptors.find((one) => one.key === API_KEY);
    this.keyNote.textContent = said(about?.note);
    this.input.placeholder = t(set ? 'key.placeholderSet' : 'key.placeholder');
    this.test.hidden = !set;
    this.remove.hidden = !set;
    for (const part of [this.input, this.remove, this.saveKey]) part.disabled = about?.locked ?? false;
  }

  /**
   * @param {Descriptor[]} descriptors
   * @param {Record<string, unknown>} values
   */
  #drawFields(descriptors, values) {
    const key = focused(this.app.root)?.id;
    const groups = GROUPS.map((name) => {
      const own = descriptors.filter(
        (one) => one.kind !== 'secret' && (one.key ? groupOfSetting(one.key) : '') === name,
      );
      if (!own.length) return null;
      const fields = own.map((descriptor) => {
        const refused = this.errors.get(descriptor.key);
        const saved = values[descriptor.key] ?? descriptor.default;
        const field = settingField(descriptor, refused ? refused.value : saved, {
          saved,
          error: refused?.text ?? '',
          save: (value) => void this.#save(descriptor, value),
          refuse: (value, text) => this.#note(descriptor.key, text, value),
        });
        return descriptor.key === TEMPLATES ? withExample(this.app, field) : field;
      });
      return h(
        'section',
        { class: 'settings-group' },
        h('h2', null, t(`settings.group.${name}`)),
        h('div', { class: 'fields' }, fields),
      );
    });
    if (key && this.#isTyped(key, groups)) this.#drawAround(key, groups);
    else this.#drawAnew(key, groups);
    this.#focusWanted();
  }

  /**
   * Does somebody type into this field what is not saved yet?
   * @param {string} id
   * @param {Array<HTMLElement|null>} groups the fields as they are saved
   */
  #isTyped(id, groups) {
    const at = this.fields.querySelector(`#${CSS.escape(id)}`);
    const saved = groups.map((group) => group?.querySelector(`#${CSS.escape(id)}`)).find(Boolean);
    return isText(at) && isText(saved) && at.value !== saved.value;
  }

  /**
   * Every field but the one in which somebody types.
   * @param {string} id
   * @param {Array<HTMLElement|null>} groups
   */
  #drawAround(id, groups) {
    for (const control of groups.flatMap((group) => [...(group?.querySelectorAll('.field-control > [id]') ?? [])])) {
      if (control.id === id) continue;
      const fresh = control.closest('.field');
      if (fresh)
        this.fields
          .querySelector(`#${CSS.escape(control.id)}`)
          ?.closest('.field')
          ?.replaceWith(fresh);
    }
  }

  /**
   * @param {string|undefined} id of what has the focus
   * @param {Array<HTMLElement|null>} groups
   */
  #drawAnew(id, groups) {
    fill(this.fields, groups);
    const again = id ? this.fields.querySelector(`#${CSS.escape(id)}`) : null;
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }

  /**
   * What could not be saved stays in its field, with the reason.
   * @param {string} key
   * @param {string} text '' where all is well
   * @param {unknown} value
   */
  #note(key, text, value) {
    if (text) this.errors.set(key, { text, value });
    else this.errors.delete(key);
  }

  /**
   * @param {Descriptor} descriptor
   * @param {unknown} value
   */
  async #save(descriptor, value) {
    const { key } = descriptor;
    const problem = await saveSetting(this.app, descriptor, value);
    this.#note(key, problem, value);
    // A field says that it changed before the focus leaves it: drawn at once, the next one would not get the focus.
    await new Promise((done) => window.setTimeout(done));
    this.draw();
  }

  /**
   * @param {string} text
   * @param {'good'|'bad'|''} tone
   */
  #tellKey(text, tone) {
    this.keyResult.textContent = text;
    this.keyResult.dataset.tone = tone;
  }

  async #storeKey() {
    const value = this.input.value.trim();
    if (!value) {
      this.input.focus();
      return;
    }
    if (await this.#sendKey(value, t('key.saved'))) {
      this.input.value = '';
      await this.#testKey();
    }
  }

  async #removeKey() {
    const sure = await confirmDialog(this.app.root, {
      title: t('key.removeTitle'),
      text: t('key.removeText'),
      yes: t('key.remove'),
      danger: true,
    });
    if (sure && (await this.#sendKey('', t('key.removed')))) this.input.focus(); // its own button is gone
  }

  /**
   * @param {string} value
   * @param {string} done
   * @returns {Promise<boolean>}
   */
  async #sendKey(value, done) {
    this.#tellKey('', '');
    try {
      await this.app.session.saveSettings({ [API_KEY]: value });
      this.app.notices.toast(done, { tone: 'good', key: 'key' });
      return true;
    } catch (error) {
      const problem = asApiError(error);
      this.#tellKey(`${problem.message} ${problem.hint}`.trim(), 'bad');
      return false;
    }
  }

  /** A key that lies in the field is the one that is meant. */
  async #onTest() {
    if (this.test.ariaDisabled === 'true') return;
    await (this.input.value.trim() ? this.#storeKey() : this.#testKey());
  }

  async #testKey() {
    this.#tellKey(t('key.testing'), '');
    this.test.ariaDisabled = 'true'; // not `disabled`, which would lose the focus
    try {
      const answer = await this.app.session.api.post('settings/test-key');
      const account = answer?.account;
      const name = typeof account === 'string' ? account : (account?.username ?? account?.name ?? '?');
      this.#tellKey(t('key.works', { name }), 'good');
    } catch (error) {
      const problem = asApiError(error);
      this.#tellKey(`${problem.message} ${problem.hint}`.trim(), 'bad');
    } finally {
      this.test.ariaDisabled = 'false';
    }
  }
}
