/** What else can be done with a card's model: the menu behind its three dots. */

import { isHidden, setHidden } from './creators.mjs';
import { menuButton } from './menu.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Card} Card */

/**
 * @param {App} app
 * @param {Card} card
 * @returns {HTMLButtonElement}
 */
export function cardMenu(app, card) {
  const button = menuButton(t('card.more', { name: card.name }), () => [{ items: actions(app, card) }]);
  button.className = 'card-more';
  return button;
}

/**
 * @param {App} app
 * @param {Card} card
 * @returns {import('./menu.mjs').MenuItem[]}
 */
function actions(app, card) {
  const { creator, page_url: url } = card;
  /** @type {import('./menu.mjs').MenuItem[]} */
  const items = [{ label: t('card.details'), mark: 'list', keys: 'Enter', run: () => app.openModel(card.id) }];
  if (card.latest)
    items.push({
      label: t('options.open'),
      mark: 'download',
      keys: '⇧ D',
      run: () => void app.downloads.cardOptions(card),
    });
  if (url) items.push({ label: t('drawer.copyLink'), mark: 'link', keys: 'I', run: () => void app.copy(url) });
  if (creator) {
    const hidden = isHidden(app, creator);
    items.push({
      label: t(hidden ? 'creator.show' : 'creator.hide', { name: creator }),
      mark: hidden ? 'eye' : 'eyeOff',
      run: () => void setHidden(app, creator, !hidden),
    });
  }
  return items;
}
