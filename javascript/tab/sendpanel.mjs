/** Sending a picture, and the panel below the host's prompt that says what came of it and has the picture's chips. */

import { asApiError } from './api.mjs';
import { Chips } from './chips.mjs';
import { fill, h } from './dom.mjs';
import { hostPage, promptField } from './hostprompt.mjs';
import { icon } from './icons.mjs';
import { carryOut, guesses } from './send.mjs';
import { shortCause } from './states.mjs';
import { t, term } from './strings.mjs';
import { applyStyles } from './styles.mjs';
import { followTheme } from './theme.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./hostprompt.mjs').HostTab} HostTab */
/** @typedef {import('./send.mjs').Difference} Difference */
/** @typedef {import('./send.mjs').Plan} Plan */
/** @typedef {import('./send.mjs').PlannedField} PlannedField */
/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {{modelId: number|null, versionId: number|null}} Origin */

/** From so many on fields that a host does not have share a line. */
const MANY_FIELDS = 4;

/**
 * @param {App} app
 * @param {Picture} picture
 * @param {Origin} origin
 * @param {HostTab} target
 * @returns {Promise<Plan|null>} null when there is none, which the person was told
 */
export function planOf(app, picture, origin, target) {
  return ask(app, {
    image_meta: picture.meta ?? {},
    ...(origin.modelId === null ? {} : { model_id: origin.modelId }),
    ...(origin.versionId === null ? {} : { version_id: origin.versionId }),
    target,
  });
}

/**
 * What a file or a text says of how a picture was made goes into the host.
 * @param {App} app
 * @param {Record<string, unknown>} made what `POST send/plan` takes
 * @param {HostTab} target
 * @returns {Promise<boolean>} whether it went into the host
 */
export async function sendMade(app, made, target) {
  app.notices.toast(t('send.working'), { key: 'send' });
  const plan = await ask(app, { ...made, target });
  return plan !== null && carry(app, plan, pictureWords(target));
}

/**
 * @param {App} app
 * @param {Record<string, unknown>} made what `POST send/plan` takes
 */
export async function copyMade(app, made) {
  const plan = await ask(app, made);
  if (plan) await app.copy(plan.copy_text);
}

/**
 * @param {App} app
 * @param {Record<string, unknown>} body
 * @returns {Promise<Plan|null>}
 */
async function ask(app, body) {
  try {
    return await app.session.api.post('send/plan', body);
  } catch (error) {
    tell(app, error);
    return null;
  }
}

/**
 * @param {App} app
 * @param {Picture} picture
 * @param {Origin} origin
 * @param {HostTab} target
 * @returns {Promise<boolean>} whether it went into the host
 */
export async function sendPicture(app, picture, origin, target) {
  app.notices.toast(t('send.working'), { key: 'send' });
  const plan = await planOf(app, picture, origin, target);
  return plan !== null && carry(app, plan, pictureWords(target));
}

/**
 * Makes a checkpoint of the library the host's, with the preset and the text encoders that it needs.
 * @param {App} app
 * @param {string} path
 * @param {string} name what people call it
 * @param {HostTab} target
 */
export async function sendCheckpoint(app, path, name, target) {
  app.notices.toast(t('send.working'), { key: 'send' });
  const plan = await ask(app, { path, target });
  return plan !== null && carry(app, plan, (n) => (n ? t('send.used.differs', { name, n }) : t('send.used', { name })));
}

/**
 * @param {HostTab} tab
 * @returns {(n: number) => string}
 */
function pictureWords(tab) {
  return (n) => (n ? t('send.done.differs', { tab, n }) : t('send.done', { tab }));
}

/**
 * @param {App} app
 * @param {Plan} plan
 * @param {(n: number) => string} words what is said where so many things differ
 * @returns {Promise<boolean>} whether it went into the host
 */
async function carry(app, plan, words) {
  if (!plan.has_fields) return false;
  try {
    const found = await carryOut(app.session.api, plan);
    const n = found.length;
    const said = words(n);
    await showPanel(app, plan, found, said);
    app.notices.toast(said, { tone: n ? 'info' : 'good', key: 'send' });
    return true;
  } catch (error) {
    tell(app, error);
    return false;
  }
}

/**
 * @param {App} app
 * @param {unknown} error
 */
function tell(app, error) {
  const problem = asApiError(error);
  if (problem.isCutOff) app.session.disconnected(problem.code);
  app.notices.toast(t('send.failed'), { tone: 'bad', hint: shortCause(problem), key: 'send' });
}

/** @type {Map<HostTab, () => void>} what takes away the panel of each tab */
const panels = new Map();

/**
 * @param {App} app
 * @param {Plan} plan
 * @param {Difference[]} found
 * @param {string} title
 */
async function showPanel(app, plan, found, title) {
  const { target } = plan;
  panels.get(target)?.();
  const place = hostPage().querySelector(`#${target}_toprow`) ?? promptField(target)?.closest('.block');
  if (!place) return;
  const home = h('div', { class: 'civitdock-sent', id: `civitdock_sent_${target}` });
  const root = home.attachShadow({ mode: 'open' });
  await applyStyles(root);
  const chips = new Chips(app, plan);
  const unfollow = followTheme(home, () => undefined);
  const close = () => {
    chips.dispose();
    unfollow();
    home.remove();
    panels.delete(target);
  };
  fill(/** @type {any} */ (root), panel(plan, found, title, chips.el, close));
  place.after(home);
  panels.set(target, close);
}

/**
 * @param {Plan} plan
 * @param {Difference[]} found
 * @param {string} title
 * @param {HTMLElement} chips
 * @param {() => void} close
 */
function panel(plan, found, title, chips, close) {
  const n = found.length;
  const lines = [...differenceLines(found), ...guesses(plan.fields).map(guessWords)];
  return h(
    'section',
    { class: 'app sent', 'aria-label': t('send.panel') },
    h(
      'div',
      { class: ['sent-head', n ? 'sent-differs' : 'sent-same'] },
      icon(n ? 'alert' : 'check', 15),
      h('p', { role: 'status' }, title),
      h(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': t('action.close'), on: { click: close } },
        icon('close', 14),
      ),
    ),
    lines.length > 0 &&
      h(
        'ul',
        { class: 'sent-list', role: 'list' },
        lines.map((line) => h('li', null, line)),
      ),
    plan.resources.length > 0 && chips,
  );
}

/**
 * One line for each difference; many fields that the host does not have here (as all of Hires fix in img2img) share one.
 * @param {Difference[]} found
 * @returns {string[]}
 */
export function differenceLines(found) {
  const absent = found.filter(({ reason }) => reason === 'no_field');
  if (absent.length < MANY_FIELDS) return found.map(differenceWords);
  const fields = absent.map(({ name }) => term('field', name)).join(', ');
  return [...found.filter((one) => !absent.includes(one)).map(differenceWords), t('send.noFields', { fields })];
}

/**
 * @param {Difference} difference
 * @returns {string}
 */
export function differenceWords({ name, wanted, got, reason, base }) {
  const values = { field: term('field', name), wanted: words(wanted), got: words(got), base: base ?? '' };
  if (reason === 'unclear') return t('send.unclear', values);
  if (reason === 'not_here' && base) return t('send.needs', values);
  if (reason === 'not_here') return t('send.notHere', values);
  return t(reason === 'no_field' ? 'send.noField' : 'send.differs', values);
}

/**
 * What was chosen, and why.
 * @param {PlannedField} guess
 * @returns {string}
 */
export function guessWords({ name, wanted, value, guessed_for: base }) {
  const values = { field: term('field', name), value: words(value), wanted: words(wanted), base: base ?? '' };
  if (name === 'preset') return t('send.guessed.preset', values);
  return t(Array.isArray(wanted) && wanted.length === 0 ? 'send.guessed.none' : 'send.guessed.modules', values);
}

/** @param {import('./send.mjs').FieldValue|null} value */
function words(value) {
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  return text ? (text.length > 80 ? `${text.slice(0, 79)}…` : text) : t('send.empty');
}
