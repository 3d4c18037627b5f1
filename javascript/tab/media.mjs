/**
 * A picture in its box: its BlurHash first, then the picture at the width shown, then, when asked, the video.
 * What is above the blur level is not even fetched until a person reveals it.
 */

import { bitmapUrl, meanColour } from './blurhash.mjs';
import { snapWidth, stillUrl, videoUrl } from './cdn.mjs';
import { h } from './dom.mjs';
import { icon } from './icons.mjs';
import { isAbove } from './levels.mjs';
import { line } from './pictureline.mjs';
import { isFetchedHere, pictureSource } from './pictures.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {import('./session.mjs').Session} Session */

/**
 * @typedef {object} MediaOptions
 * @property {Session} session
 * @property {number} width CSS pixels
 * @property {string} [alt]
 * @property {'cover'|'contain'} [fit]
 * @property {import('./pace.mjs').Pace} [pace] of the list that it is in; while that rushes by no picture is asked for
 */

export const reducedMotion = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/** A picture that is not here after so long is late: its BlurHash is shown, and it fades in. */
const LATE_MS = 120;
/** The points of a BlurHash that are worth drawing. */
const POINTS = { width: 12, height: 18 };

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
    /** @type {HTMLImageElement|null} */
    this.still = null;
    this.waits = false;
    this.isLost = false;
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

  /** Brings what is shown in line with the blur level, what was revealed and how fast the list is scrolled. */
  refresh() {
    const blurred = this.blurred;
    this.el.toggleAttribute('data-blurred', blurred);
    if (blurred) {
      this.stop();
      if (this.still) this.#dropStill(this.still);
    }
    if (!this.picture || this.options.pace?.rushes) return;
    this.#wait();
    if (!blurred && !this.still && !this.isLost) this.#ask(this.picture);
  }

  /** The list is calm again: asks for the picture that was passed over. */
  calm() {
    if (!this.still) this.refresh();
  }

  #placeholder() {
    const colour = meanColour(this.picture?.blurhash);
    if (colour) {
      this.el.style.backgroundColor = colour;
    } else this.el.append(h('span', { class: 'media-none', 'aria-hidden': 'true' }, icon('cube', 28)));
  }

  /** The colour was there at once; the waves come unless the picture is faster. */
  #wait() {
    if (this.waits || !this.picture?.blurhash) return;
    this.waits = true;
    window.setTimeout(() => this.#late(), LATE_MS);
  }

  #late() {
    if (!this.el.isConnected || this.still?.classList.contains('is-loaded')) return;
    const waves = bitmapUrl(this.picture?.blurhash, POINTS.width, POINTS.height);
    if (!waves) return;
    this.el.style.backgroundImage = `url(${waves})`;
    this.el.toggleAttribute('data-late', true);
  }

  /** @param {Picture} picture */
  #ask(picture) {
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
        load: () => this.#show(image),
        error: () => this.#lose(image),
      },
    });
    this.still = image;
    this.el.append(image);
    if (isFetchedHere(address, session.api.base)) line.add(image, address);
    else image.src = address;
  }

  /** @param {HTMLImageElement} image */
  #show(image) {
    image.classList.add('is-loaded');
    if (this.options.fit === 'contain') this.el.style.background = 'none'; // it would be seen beside the picture
  }

  /**
   * CivitAI has it no more, or nobody answers: said, not asked for again and again.
   * @param {HTMLImageElement} image
   */
  #lose(image) {
    this.isLost = true;
    this.#dropStill(image);
    const words = t('media.lost');
    this.el.append(
      h('span', { class: 'media-none', role: 'img', 'aria-label': words, title: words }, icon('pictureOff', 28)),
    );
  }

  /** @param {HTMLImageElement} image */
  #dropStill(image) {
    this.still = null;
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
