/** A picture that opens the lightbox: still until pointed at, covered while it is above the blur level. */

import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { Media } from './media.mjs';

/** @typedef {import('./session.mjs').Session} Session */
/** @typedef {import('./types.mjs').Picture} Picture */

/**
 * @typedef {object} TileOptions
 * @property {Session} session
 * @property {string} label
 * @property {string} focusKey
 * @property {number} width CSS pixels
 * @property {number} ratio width by height
 * @property {() => void} open
 */

/**
 * @param {Picture} picture
 * @param {TileOptions} options
 * @returns {{el: HTMLButtonElement, refresh: () => void}} refresh brings it in line with the blur level
 */
export function pictureTile(picture, options) {
  const media = new Media(picture, { session: options.session, width: options.width });
  const cover = h('span', { class: 'strip-hidden' }, icon('eye', 16));
  const refresh = () => {
    media.refresh();
    cover.hidden = !media.blurred;
  };
  refresh();
  const el = h(
    'button',
    {
      type: 'button',
      class: 'strip-picture',
      data: { focus: options.focusKey },
      'aria-label': options.label,
      style: { 'aspect-ratio': String(options.ratio) },
      on: { click: options.open, pointerenter: () => media.play(), pointerleave: () => media.stop() },
    },
    media.el,
    media.isVideo && h('span', { class: 'strip-video' }, icon('film', 14)),
    cover,
  );
  return { el, refresh };
}
