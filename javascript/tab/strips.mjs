/** Thin bars over the views for what concerns all of them: no connection, stale answers, an update. */

import { UNAUTHORIZED } from './api.mjs';
import { h, setText } from './dom.mjs';
import { secondsLeft } from './format.mjs';
import { icon } from './icons.mjs';
import { t } from './strings.mjs';

/** @typedef {'link'|'stale'|'slow'|'updated'|'away'|'missing'} StripName */
/** @typedef {{label: string, run: () => void}} StripAction */
/** @typedef {import('./session.mjs').Link} Link */

/** One request may fail; what fails twice in a row is told. */
const LOST_AFTER = 2;

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

/** @param {Link} link */
export function isLost(link) {
  return link.failures >= (link.code === UNAUTHORIZED ? 1 : LOST_AFTER);
}

/**
 * Says that the server does not answer, or not without a login, and when it is tried again.
 * @param {Strips} strips
 * @param {Link} link
 * @param {() => void} retry
 */
export function tellLink(strips, link, retry) {
  if (!isLost(link)) {
    strips.set('link', null);
    return;
  }
  const left = secondsLeft(new Date(link.nextAt).toISOString(), Date.now());
  const next = left ? t('strip.next', { n: left }) : t('strip.trying');
  const wantsLogin = link.code === UNAUTHORIZED;
  const text = t(wantsLogin ? 'strip.login' : 'strip.unreachable');
  const way = wantsLogin ? { label: t('action.logIn'), run: logIn } : { label: t('action.tryNow'), run: retry };
  strips.set('link', `${text} ${next}`, way);
}

/** The host's page in a new browser tab asks for the login; this one stays as it is. */
function logIn() {
  const { pathname, search } = window.location;
  window.open(`${pathname}${search}`, '_blank', 'noopener');
}

/**
 * Says what is missing, and that another version than the page's runs.
 * @param {Strips} strips
 * @param {any} status as `GET status` answers it
 * @param {string|undefined} shown the page's version
 */
export function tellStatus(strips, status, shown) {
  const missing = Array.isArray(status?.missing_packages) ? status.missing_packages : [];
  strips.set('missing', missing.length ? t('strip.missing', { names: missing.join(', ') }) : null);
  const updated = Boolean(shown && status?.version && status.version !== shown);
  strips.set('updated', updated ? t('strip.updated') : null, {
    label: t('action.reload'),
    run: () => window.location.reload(),
  });
}
