/** Sending a picture, and the panel below the host's prompt that says what came of it and has the picture's chips. */

import { asApiError } from './api.mjs';
import { Chips } from './chips.mjs';
import { fill, h } from './dom.mjs';
import { hostPage, promptField } from './hostprompt.mjs';
import { icon } from './icons.mjs';
import { carryOut } from './send.mjs';
import { shortCause } from './states.mjs';
import { t, term } from './strings.mjs';
import { applyStyles } from './styles.mjs';
import { followTheme } from './theme.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./hostprompt.mjs').HostTab} HostTab */
/** @typedef {import('./send.mjs').Difference} Difference */
/** @typedef {import('./send.mjs').Plan} Plan */
/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {{modelId: number|null, versionId: number|null}} Origin */

/**
 * @param {App} app
 * @param {Picture} picture
 * @param {Origin} origin
 * @param {HostTab} target
 * @returns {Promise<Plan|null>} null when there is none, which the person was told
 */
export async function planOf(app, picture, origin, target) {
  try {
    return await app.session.api.post('send/plan', {
      image_meta: picture.meta ?? {},
      ...(origin.modelId === null ? {} : { model_id: origin.modelId }),
      ...(origin.versionId === null ? {} : { version_id: origin.versionId }),
      target,
    });
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
  if (!plan?.has_fields) return false;
  try {
    const found = await carryOut(app.session.api, plan);
    await showPanel(app, plan, found);
    const n = found.length;
    const words = n ? t('send.done.differs', { tab: target, n }) : t('send.done', { tab: target });
    app.notices.toast(words, { tone: n ? 'info' : 'good', key: 'send' });
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
 */
async function showPanel(app, plan, found) {
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
  fill(/** @type {any} */ (root), panel(plan, found, chips.el, close));
  place.after(home);
  panels.set(target, close);
}

/**
 * @param {Plan} plan
 * @param {Difference[]} found
 * @param {HTMLElement} chips
 * @param {() => void} close
 */
function panel(plan, found, chips, close) {
  const n = found.length;
  const title = n ? t('send.done.differs', { tab: plan.target, n }) : t('send.done', { tab: plan.target });
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
    n > 0 &&
      h(
        'ul',
        { class: 'sent-list', role: 'list' },
        found.map((one) => h('li', null, differenceWords(one))),
      ),
    plan.resources.length > 0 && chips,
  );
}

/**
 * @param {Difference} difference
 * @returns {string}
 */
export function differenceWords({ name, wanted, got, reason }) {
  const values = { field: term('field', name), wanted: words(wanted), got: words(got) };
  if (reason === 'not_here') return t('send.notHere', values);
  return t(reason === 'no_field' ? 'send.noField' : 'send.differs', values);
}

/** @param {import('./send.mjs').FieldValue|null} value */
function words(value) {
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  return text ? (text.length > 80 ? `${text.slice(0, 79)}…` : text) : t('send.empty');
}
