/** One setting is saved at once, and the toast that says so has a way back. */

import { asApiError } from './api.mjs';
import { undoAction } from './notices.mjs';
import { said } from './servertext.mjs';
import { t } from './strings.mjs';
import { TEMPLATES } from './templateexample.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Descriptor} Descriptor */

/**
 * @param {App} app
 * @param {Descriptor} descriptor
 * @param {unknown} value
 * @param {{name?: string, back?: boolean}} [how] `name` where the field calls it otherwise; `back` when an undo sends it
 * @returns {Promise<string>} why the server refused it, or ''
 */
export async function saveSetting(app, descriptor, value, { name = said(descriptor.label), back = false } = {}) {
  const { key } = descriptor;
  const { session, notices } = app;
  const before = session.config.value.values[key] ?? descriptor.default;
  if (Object.is(before, value)) return '';
  try {
    await session.saveSettings({ [key]: value });
  } catch (error) {
    const problem = asApiError(error);
    const hint = problem.code === 'invalid_request' ? '' : problem.hint;
    // It stands at the field; what is wrong with templates, line by line below it.
    const message = key === TEMPLATES ? t('template.notSaved') : problem.message.replace(`${key}: `, '');
    notices.announce(message);
    return `${message} ${hint}`.trim();
  }
  const undo = undoAction(() => void saveSetting(app, descriptor, before, { name, back: true }));
  notices.toast(t(back ? 'settings.undone' : 'settings.saved', { name }), {
    tone: 'good',
    key: `setting-${key}`,
    ...(back ? {} : { action: undo }),
    ...(descriptor.restart ? { hint: t('settings.restart') } : {}),
  });
  return '';
}
