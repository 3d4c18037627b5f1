/**
 * A picture in its box: its BlurHash first, then the picture at the width shown, then, when asked, the video.
 * What is above the blur level is not even fetched until a person reveals it.
 */

import { meanColour, paint } from './blurhash.mjs';
import { snapWidth, stillUrl, videoUrl } from './cdn.mjs';
import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { isAbove } from './levels.mjs';
import { line } from './pictureline.mjs';
import { isFetchedHere, pictureSource } from './pictures.mjs';

/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {import('./session.mjs').Session} Session */

/** @typedef {{session: Session, width: number, alt?: string, fit?: 'cover'|'contain'}} MediaOptions */

export const reducedMotion = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** So long may placeholders be drawn in one frame. */
const PAINT_MS = 4;

/** @type {Array<() => void>} */
const waiting = [];

/** @param {() => void} run after the frame that is being made, a few in each */
function whenIdle(run) {
  if (waiting.push(run) === 1) window.requestAnimationFrame(paintSome);
}

function paintSome() {
  const until = performance.now() + PAINT_MS;
  while (waiting.length && performance.now() < until) waiting.shift()?.();
  if (waiting.length) window.requestAnimationFrame(paintSome);
}

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
    this.#waitForConfig();
  }

  /** Before the settings are known nobody may be asked for a picture. */
  #waitForConfig() {
    const { config } = this.options.session;
    if (!this.picture || config.value.pictures !== 'unknown') return;
    const stop = config.on(() => {
      stop();
      this.refresh();
    });
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
      if (shown) this.#dropStill(shown);
    } else if (!shown && this.picture) this.#still(this.picture);
  }

  #placeholder() {
    const colour = meanColour(this.picture?.blurhash);
    if (colour) {
      this.el.style.background = colour;
      whenIdle(() => this.#paint());
    } else this.el.append(h('span', { class: 'media-none', 'aria-hidden': 'true' }, icon('cube', 28)));
  }

  /** The colour was there at once; the waves come when there is time, unless the picture was faster. */
  #paint() {
    if (!this.el.isConnected || this.el.querySelector('.is-loaded')) return;
    const canvas = h('canvas', { width: 12, height: 18, 'aria-hidden': 'true' });
    if (paint(canvas, this.picture?.blurhash)) this.el.prepend(canvas);
  }

  /** @param {Picture} picture */
  #still(picture) {
    const { session } = this.options;
    const address = this.#source(stillUrl(picture, snapWidth(this.options.width, window.devicePixelRatio)));
    if (!address) return;
    const image = h('img', {
      alt: this.options.alt ?? '',
      decoding: 'async',
      loading: 'lazy',
      referrerpolicy: 'no-referrer',
      draggable: 'false',
      on: {
        load: () => image.classList.add('is-loaded'),
        error: () => this.#dropStill(image),
      },
    });
    this.el.append(image);
    if (isFetchedHere(address, session.api.base)) line.add(image, address);
    else image.src = address;
  }

  /** @param {HTMLImageElement} image */
  #dropStill(image) {
    line.drop(image);
    image.remove();
  }

  /**
   * @param {string} address
   * @returns {string} what to load, '' for nothing
   */
  #source(address) {
    const { session } = this.options;
    return pictureSource(address, session.config.value, session.api.base);
  }

  /**
   * Plays a video over its still; nothing for a picture or a covered one. With reduced motion it plays only when a
   * person starts it, for which there must be controls.
   * @param {{controls?: boolean}} [look]
   */
  play({ controls = false } = {}) {
    const { picture } = this;
    const still = reducedMotion();
    if (!picture || !this.isVideo || this.video || this.blurred || (still && !controls)) return;
    const address = this.#source(videoUrl(picture, snapWidth(this.options.width, window.devicePixelRatio)));
    if (!address) return;
    const video = h('video', { muted: true, loop: true, playsinline: true, preload: 'auto', controls });
    if (!controls) video.setAttribute('aria-hidden', 'true');
    video.defaultMuted = true;
    video.disablePictureInPicture = true;
    video.addEventListener(still ? 'loadeddata' : 'playing', () => video.classList.add('is-loaded'), { once: true });
    video.src = address;
    this.video = video;
    this.el.append(video);
    if (!still) video.play().catch(() => this.stop());
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
