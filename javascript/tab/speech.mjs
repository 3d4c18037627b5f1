/** Keeps the tab in the language that the settings, the host and the browser say. */

import { chooseLanguage, language, useLanguage } from './language.mjs';
import { recall, remember } from './memory.mjs';

/** @typedef {import('./session.mjs').Session} Session */

const SETTING = 'civitai_language';

/** So long is waited for the settings before the first drawing; after that, what this browser remembers counts. */
const WAIT_MS = 1000;

export class Speech {
  /**
   * @param {Session} session
   * @param {HTMLElement} element whose `data-localization` is the host's own language, and which bears ours as `lang`
   */
  constructor(session, element) {
    this.session = session;
    this.element = element;
    this.code = language().code;
    /** The language whose texts did not come, until another is wanted. @type {string|null} */
    this.failed = null;
  }

  /** @returns {import('./language.mjs').LanguageCode} */
  get wanted() {
    const { configLoaded, config } = this.session;
    const setting = configLoaded ? config.value.values[SETTING] : recall('local', SETTING);
    return chooseLanguage(setting, {
      host: this.element.dataset.localization,
      page: document.documentElement.lang,
      browser: window.navigator.languages,
    });
  }

  /**
   * Before the first drawing: what this browser remembers is loaded while the settings are on their way.
   * @returns {Promise<void>} throws when the catalogue cannot be had
   */
  async begin() {
    const late = new Promise((resolve) => window.setTimeout(resolve, WAIT_MS));
    const guess = this.wanted;
    await Promise.all([useLanguage(guess), Promise.race([this.session.configRead, late])]);
    if (this.wanted !== guess) await useLanguage(this.wanted);
    this.#note();
  }

  /**
   * @param {() => void} changed called when another language is spoken from now on
   * @param {() => void} failed called when its texts did not come, as after an update under the open page
   * @returns {() => void} ends it
   */
  follow(changed, failed) {
    return this.session.config.on(() => void this.#turn(changed, failed));
  }

  /**
   * @param {() => void} changed
   * @param {() => void} failed
   */
  async #turn(changed, failed) {
    const { code, wanted } = this;
    if (code === wanted) return;
    this.code = wanted;
    try {
      await useLanguage(wanted);
    } catch (error) {
      this.code = code;
      console.warn('CivitDock: the texts of another language did not come', error);
      if (this.failed !== wanted) failed();
      this.failed = wanted;
      return;
    }
    this.failed = null;
    this.#note();
    changed();
  }

  #note() {
    const { configLoaded, config } = this.session;
    this.code = language().code;
    this.element.lang = this.code;
    if (configLoaded) remember('local', SETTING, String(config.value.values[SETTING] ?? 'auto'));
  }
}
