/**
 * Pictures that come through the local program stand in line: a browser has few connections to one host, and the
 * routes of the tab need some of them.
 */

/** So many load at the same time. */
export const AT_ONCE = 4;

/** @typedef {{image: HTMLImageElement, address: string}} Waiting */

export class PictureLine {
  constructor() {
    /** @type {Waiting[]} */
    this.waiting = [];
    this.running = 0;
    /** Not on screen yet. @type {Map<Element, string>} */
    this.unseen = new Map();
    /** @type {IntersectionObserver|null} */
    this.observer = null;
  }

  /**
   * Loads a picture when it comes near the screen and it is its turn.
   * @param {HTMLImageElement} image
   * @param {string} address
   */
  add(image, address) {
    this.observer ??= new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: '300px' });
    this.unseen.set(image, address);
    this.observer.observe(image);
  }

  /**
   * Forgets a picture that is shown no more; one that is loading keeps its place until it is done.
   * @param {HTMLImageElement} image
   */
  drop(image) {
    this.observer?.unobserve(image);
    this.unseen.delete(image);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { isIntersecting, target } of entries) {
      const address = this.unseen.get(target);
      if (!isIntersecting || address === undefined) continue;
      this.drop(/** @type {HTMLImageElement} */ (target));
      this.waiting.push({ image: /** @type {HTMLImageElement} */ (target), address });
    }
    this.#next();
  }

  #next() {
    while (this.running < AT_ONCE && this.waiting.length) {
      const { image, address } = /** @type {Waiting} */ (this.waiting.shift());
      if (image.isConnected) this.#load(image, address);
    }
  }

  /**
   * @param {HTMLImageElement} image
   * @param {string} address
   */
  #load(image, address) {
    this.running += 1;
    const ended = new AbortController();
    const done = () => {
      ended.abort();
      this.running -= 1;
      this.#next();
    };
    image.addEventListener('load', done, { signal: ended.signal });
    image.addEventListener('error', done, { signal: ended.signal });
    image.loading = 'eager';
    image.src = address;
  }
}

/** The one line of the page. */
export const line = new PictureLine();
