/** The elements of the details drawer that stay while models come and go. */

import { iconButton } from './buttons.mjs';
import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { resizeHandle } from './resize.mjs';
import { t } from './strings.mjs';

/**
 * @typedef {object} FrameEvents
 * @property {(by: number) => void} step
 * @property {() => void} copyLink
 * @property {() => void} close
 * @property {() => boolean} closesOutside does a click beside the sheet close it?
 */

/** @param {FrameEvents} events */
export function drawerFrame(events) {
  const title = h('h2', { class: 'drawer-title', tabindex: -1 });
  const head = h('div', { class: 'drawer-facts' });
  const previous = iconButton('left', t('drawer.previous'), () => events.step(-1));
  const next = iconButton('right', t('drawer.next'), () => events.step(1));
  const page = h(
    'a',
    {
      class: 'icon-button',
      target: '_blank',
      rel: 'noopener noreferrer',
      title: t('drawer.page'),
      'aria-label': t('drawer.page'),
    },
    icon('external'),
  );
  const link = iconButton('link', t('drawer.copyLink'), events.copyLink);
  const close = iconButton('close', t('action.close'), events.close);
  const bar = h('div', { class: 'drawer-bar' }, previous, next, h('span', { class: 'spacer' }), link, page, close);
  const strip = h('div', { class: 'drawer-strip' });
  const main = h('div', { class: 'drawer-main' });
  const versions = h('div');
  const files = h('div');
  const rest = h('div', { class: 'drawer-rest' });
  const top = h('div', { class: 'drawer-head' }, title, head);
  const body = h('div', { class: 'drawer-body', tabindex: -1 }, top, strip, main, versions, files, rest);
  const handle = resizeHandle(() => el, {
    label: t('drawer.resize'),
    key: 'drawer',
    least: 420,
    most: 720,
    start: 480,
  });
  const el = h('dialog', { class: 'drawer', 'aria-label': t('drawer.label') }, bar, body, handle);
  el.addEventListener('cancel', (event) => {
    event.preventDefault();
    events.close();
  });
  el.addEventListener('click', (event) => {
    if (event.target === el && events.closesOutside()) events.close();
  });
  return { el, title, head, previous, next, page, link, body, strip, main, versions, files, rest };
}
