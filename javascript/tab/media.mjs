/**
 * A picture in its box: its BlurHash first, then the picture at the width shown, then, when asked, the video.
 * What is above the blur level is not even fetched until a person reveals it.
 */

import { paint } from './blurhash.mjs';
import { snapWidth, stillUrl, videoUrl } from './cdn.mjs';
import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { isAbove } from './levels.mjs';

/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {import('./session.mjs').Session} Session */

/** @typedef {{session: Session, width: number, alt?: string, fit?: 'cover'|'contain'}} MediaOptions */

export const reducedMotion = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

export class Media {
  /**
   * @param {Picture|null} picture
   * @param {MediaOptions} options
   */
  constructor(picture, options) {
    this.picture = picture;
    this.options = options;
    /** @type {HTMLVideoElement|null} */
    this.video = null;
    this.el = h('div', { class: ['media', options.fit === 'contain' && 'media-contain'] });
    this.#placeholder();
    this.refresh();
  }

  /** Is the picture covered because of its level? */
  get blurred() {
    const { picture, options } = this;
    if (!picture || options.session.revealed.has(picture.url)) return false;
    return isAbove(picture.nsfw_level, options.session.config.value.blur);
  }

  get isVideo() {
    return this.picture?.kind === 'video';
  }

  /** Brings what is shown in line with the blur level and what was revealed. */
  refresh() {
    const blurred = this.blurred;
    this.el.toggleAttribute('data-blurred', blurred);
    const shown = this.el.querySelector('img');
    if (blurred) {
      this.stop();
      shown?.remove();
    } else if (!shown && this.picture) this.#still(this.picture);
  }

  #placeholder() {
    const canvas = h('canvas', { width: 20, height: 30, 'aria-hidden': 'true' });
    if (this.picture && paint(canvas, this.picture.blurhash)) this.el.append(canvas);
    else this.el.append(h('span', { class: 'media-none', 'aria-hidden': 'true' }, icon('cube', 28)));
  }

  /** @param {Picture} picture */
  #still(picture) {
    const width = snapWidth(this.options.width, window.devicePixelRatio);
    const image = h('img', {
      alt: this.options.alt ?? '',
      decoding: 'async',
      loading: 'lazy',
      referrerpolicy: 'no-referrer',
      draggable: 'false',
      on: {
        load: () => image.classList.add('is-loaded'),
        error: () => image.remove(),
      },
    });
    image.src = stillUrl(picture, width);
    this.el.append(image);
  }

  /** Plays a video over its still; nothing for a picture, a covered one, or with reduced motion. */
  play() {
    const { picture } = this;
    if (!picture || !this.isVideo || this.video || this.blurred || reducedMotion()) return;
    const video = h('video', { muted: true, loop: true, playsinline: true, preload: 'auto', 'aria-hidden': 'true' });
    video.defaultMuted = true;
    video.disablePictureInPicture = true;
    video.addEventListener('playing', () => video.classList.add('is-loaded'), { once: true });
    video.src = videoUrl(picture, snapWidth(this.options.width, window.devicePixelRatio));
    this.video = video;
    this.el.append(video);
    video.play().catch(() => this.stop());
  }

  stop() {
    const { video } = this;
    if (!video) return;
    this.video = null;
    video.pause();
    video.removeAttribute('src');
    video.load();
    video.remove();
  }
}
