/** The choice of another preview among the pictures of a version. */

import { formDialog } from './dialogs.mjs';
import { fill, h } from './dom.mjs';
import { icon } from './icons.mjs';
import { Media } from './media.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {import('./session.mjs').Session} Session */

/** CSS pixels. */
const WIDTH = 150;

/**
 * @param {ShadowRoot} root
 * @param {Session} session
 * @param {{name: string, pictures: Picture[]}} what
 * @returns {Promise<Picture|null>} null when none was chosen
 */
export function choosePreview(root, session, { name, pictures }) {
  return new Promise((resolve) => {
    /** @type {Picture|null} */
    let chosen = null;
    const choose = (/** @type {Picture} */ picture) => {
      chosen = picture;
      dialog.close('yes');
    };
    const list = h(
      'ul',
      { class: 'preview-choices', role: 'list' },
      pictures.map((picture, index) =>
        h('li', null, choice(session, picture, { n: index + 1, of: pictures.length }, choose)),
      ),
    );
    const none = h('p', { class: 'muted' }, t('hostcard.noPictures'));
    const cancel = h(
      'button',
      { type: 'button', class: 'button', on: { click: () => dialog.close('no') } },
      t('action.cancel'),
    );
    const dialog = formDialog(root, {
      title: t('hostcard.previewTitle', { name }),
      name: 'dialog-preview',
      body: [pictures.length ? list : none],
      foot: [cancel],
    });
    dialog.addEventListener('close', () => resolve(chosen));
  });
}

/**
 * A picture above the blur level is uncovered by the first press and taken by the second.
 * @param {Session} session
 * @param {Picture} picture
 * @param {{n: number, of: number}} place
 * @param {(picture: Picture) => void} choose
 */
function choice(session, picture, place, choose) {
  const media = new Media(picture, { session, width: WIDTH });
  const button = h('button', { type: 'button', class: 'preview-choice', on: { click: () => press() } });
  const draw = () => {
    const label = t(media.blurred ? 'hostcard.uncover' : 'hostcard.choose', place);
    button.setAttribute('aria-label', label);
    fill(button, media.el, media.blurred && h('span', { class: 'preview-cover', title: label }, icon('eye', 18)));
  };
  const press = () => {
    if (!media.blurred) {
      choose(picture);
      return;
    }
    session.revealed.add(picture.url);
    media.refresh();
    draw();
  };
  draw();
  return button;
}
