/** Creators whose models a person does not want to see: hidden and shown again at once, with a way back. */

import { asApiError } from './api.mjs';
import { HIDDEN_CREATORS, withCreator, withoutCreator } from './config.mjs';
import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */

/**
 * @param {App} app
 * @param {string} creator
 */
export function isHidden(app, creator) {
  return app.session.config.value.hiddenCreators.has(creator.toLowerCase());
}

/**
 * For the details of a model.
 * @param {App} app
 * @param {string} creator
 */
export function hideButton(app, creator) {
  const hidden = isHidden(app, creator);
  const label = t(hidden ? 'creator.show' : 'creator.hide', { name: creator });
  return h(
    'button',
    {
      type: 'button',
      class: 'icon-button icon-small',
      title: label,
      'aria-label': label,
      data: { focus: 'hide-creator' },
      on: { click: () => void setHidden(app, creator, !hidden) },
    },
    icon(hidden ? 'eye' : 'eyeOff', 13),
  );
}

/**
 * @param {App} app
 * @param {string} creator
 * @param {boolean} hidden
 */
export async function setHidden(app, creator, hidden) {
  const { notices, session } = app;
  const key = `creator-${creator}`;
  try {
    await session.loadConfig(); // another page may have hidden somebody since
    const now = session.config.value.values[HIDDEN_CREATORS];
    await session.saveSettings({ [HIDDEN_CREATORS]: (hidden ? withCreator : withoutCreator)(now, creator) });
  } catch (error) {
    const { message, hint } = asApiError(error);
    notices.toast(message, { tone: 'bad', key, hint });
    return;
  }
  const back = { label: t('action.undo'), run: () => void setHidden(app, creator, !hidden) };
  notices.toast(t(hidden ? 'creator.hidden' : 'creator.shown', { name: creator }), {
    tone: 'good',
    key,
    action: back,
  });
}
