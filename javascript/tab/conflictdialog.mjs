/** A name is taken: keep both, choose another name, or leave it. Nothing is ever overwritten. */

import { formDialog } from './dialogs.mjs';
import { breakable, h } from './dom.mjs';
import { baseName } from './format.mjs';
import { t } from './strings.mjs';
import { splitName, stemOf } from './targets.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./typesdownloads.mjs').Choice} Choice */

/**
 * @param {App} app
 * @param {Job} job one that failed with `name_conflict`
 * @returns {Promise<Choice|null>} null when it was left
 */
export function conflictDialog(app, job) {
  const taken = job.conflict?.path ?? job.target_path ?? job.filename ?? '';
  const free = baseName(job.conflict?.suggestion);
  const [stem, suffix] = splitName(baseName(taken));
  return new Promise((resolve) => {
    const both = radio('both', free ? t('conflict.both', { name: free }) : t('conflict.bothPlain'), true);
    const other = radio('other', t('conflict.other'), false);
    const name = nameField(stem);
    const cancel = h('button', { type: 'button', class: 'button' }, t('action.cancel'));
    const start = h('button', { type: 'button', class: 'button button-primary' }, t('file.download'));
    const draw = () => {
      name.disabled = !other.input.checked;
      const typed = stemOf(name.value, suffix);
      start.disabled = other.input.checked && (!typed || typed.toLowerCase() === stem.toLowerCase());
    };
    const choose = () => {
      draw();
      if (!other.input.checked) return;
      name.focus();
      name.select();
    };
    for (const one of [both, other]) one.input.addEventListener('change', choose);
    name.addEventListener('input', draw);
    const where = h('p', { class: 'job-path' }, breakable(taken));
    const dialog = formDialog(app.root, {
      title: t('conflict.title'),
      name: 'dialog-conflict',
      body: [
        h('p', { class: 'muted' }, t('conflict.text')),
        where,
        both.el,
        other.el,
        h('span', { class: 'target-name' }, name, h('span', { class: 'muted target-suffix' }, suffix)),
      ],
      foot: [cancel, start],
    });
    cancel.addEventListener('click', () => dialog.close('no'));
    start.addEventListener('click', () => dialog.close('yes'));
    dialog.addEventListener('close', () => {
      if (dialog.returnValue !== 'yes') resolve(null);
      else if (other.input.checked) resolve({ filename: stemOf(name.value, suffix), on_conflict: 'fail' });
      else resolve({ on_conflict: 'rename' });
    });
    draw();
    both.input.focus();
  });
}

/** @param {string} stem */
function nameField(stem) {
  return h('input', {
    type: 'text',
    class: 'input',
    value: stem,
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-label': t('conflict.other'),
  });
}

/**
 * @param {string} value
 * @param {string} words
 * @param {boolean} checked
 */
function radio(value, words, checked) {
  const input = h('input', { type: 'radio', class: 'check', name: 'cd-conflict', value, checked });
  return { input, el: h('label', { class: 'form-check' }, input, h('span', null, breakable(words))) };
}
