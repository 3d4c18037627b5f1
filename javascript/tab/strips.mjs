/** Thin bars over the views for what concerns all of them: no connection, stale answers, an update. */

import { h, setText } from './dom.mjs';
import { icon } from './icons.mjs';

/** @typedef {'link'|'stale'|'slow'|'updated'|'away'|'missing'} StripName */
/** @typedef {{label: string, run: () => void}} StripAction */

/** @type {Record<StripName, {icon: string, tone: string}>} */
const LOOKS = {
  updated: { icon: 'sparkle', tone: 'info' },
  link: { icon: 'cloudOff', tone: 'bad' },
  away: { icon: 'cloudOff', tone: 'warn' },
  stale: { icon: 'clock', tone: 'warn' },
  missing: { icon: 'alert', tone: 'warn' },
  slow: { icon: 'clock', tone: 'info' },
};

export class Strips {
  constructor() {
    this.el = h('div', { class: 'strips', role: 'status' });
    /** @type {Map<StripName, {el: HTMLElement, text: HTMLElement, button: HTMLButtonElement, run: () => void}>} */
    this.shown = new Map();
  }

  /**
   * @param {StripName} name
   * @param {string|null} text null takes the strip away
   * @param {StripAction} [action]
   */
  set(name, text, action) {
    const known = this.shown.get(name);
    if (text === null) {
      known?.el.remove();
      this.shown.delete(name);
      return;
    }
    const strip = known ?? this.#make(name);
    setText(strip.text, text);
    strip.button.hidden = !action;
    if (action) {
      setText(strip.button, action.label);
      strip.run = action.run;
    }
  }

  /** @param {StripName} name */
  #make(name) {
    const look = LOOKS[name];
    const text = h('span', { class: 'strip-text' });
    const button = h('button', { type: 'button', class: 'button button-small', on: { click: () => strip.run() } });
    const el = h('div', { class: `strip strip-${look.tone} strip-is-${name}` }, icon(look.icon, 15), text, button);
    const strip = { el, text, button, run: () => {} };
    this.shown.set(name, strip);
    this.el.append(el);
    return strip;
  }
}
