/** What can be done with the picture in the lightbox: send it, copy it as infotext, see what it uses. */

import { Chips } from './chips.mjs';
import { fill, h } from './dom.mjs';
import { HOST_TABS, promptField } from './hostprompt.mjs';
import { icon } from './icons.mjs';
import { planOf, sendPicture } from './sendpanel.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./lightbox.mjs').Lightbox} Lightbox */
/** @typedef {import('./types.mjs').Picture} Picture */

export class SendButtons {
  /**
   * @param {App} app
   * @param {Lightbox} lightbox
   */
  constructor(app, lightbox) {
    this.app = app;
    this.lightbox = lightbox;
    /** @type {Picture|null} */
    this.picture = null;
    /** @type {Chips|null} */
    this.chips = null;
    this.uses = h('div', { class: 'lightbox-uses', 'aria-live': 'polite' });
    this.tabs = HOST_TABS.filter((tab) => promptField(tab));
    this.el = h(
      'div',
      null,
      h(
        'div',
        { class: 'lightbox-send' },
        this.tabs.map((tab) => this.#button('send', `send.to.${tab}`, () => void this.#send(tab))),
        this.#button('copy', 'send.copyInfotext', () => void this.#copy()),
        this.#button('list', 'send.uses', () => void this.#showUses()),
      ),
      this.uses,
    );
  }

  /**
   * @param {string} mark
   * @param {string} words
   * @param {() => void} run
   */
  #button(mark, words, run) {
    return h(
      'button',
      { type: 'button', class: 'button button-small', on: { click: run } },
      icon(mark, 13),
      h('span', null, t(words)),
    );
  }

  /** @param {Picture} picture */
  show(picture) {
    if (picture === this.picture) return;
    this.dispose();
    this.picture = picture;
    fill(this.uses);
  }

  dispose() {
    this.chips?.dispose();
    this.chips = null;
  }

  /** @param {import('./hostprompt.mjs').HostTab} tab */
  async #send(tab) {
    const { picture } = this;
    if (!picture) return;
    const sent = sendPicture(this.app, picture, this.lightbox.origin, tab);
    this.lightbox.close();
    await sent;
  }

  async #plan() {
    const { picture } = this;
    const plan = picture && (await planOf(this.app, picture, this.lightbox.origin, this.tabs[0] ?? 'txt2img'));
    return plan && picture === this.picture ? plan : null;
  }

  async #copy() {
    const plan = await this.#plan();
    if (plan) await this.app.copy(plan.copy_text);
  }

  async #showUses() {
    fill(this.uses, h('p', { class: 'muted' }, t('send.asking')));
    const plan = await this.#plan();
    this.dispose();
    if (plan?.resources.length) this.chips = new Chips(this.app, plan);
    fill(this.uses, this.chips ? this.chips.el : plan && h('p', { class: 'muted' }, t('send.nothing')));
  }
}
