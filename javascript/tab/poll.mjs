/** When to ask for progress again (ui.md 2.5), and one loop that does it. */

const BACK_OFF_MS = [1000, 2000, 5000, 10_000];

/**
 * @param {{active: boolean, visible: boolean, failures: number}} state
 * @returns {number} milliseconds until the next question
 */
export function pollDelay(state) {
  if (state.failures > 0) return BACK_OFF_MS[Math.min(state.failures, BACK_OFF_MS.length) - 1];
  if (!state.active) return 10_000;
  return state.visible ? 500 : 3000;
}

/**
 * @typedef {object} PollOptions
 * @property {() => Promise<void>} ask one question; it must not throw
 * @property {() => number} delay milliseconds until the next one
 * @property {(run: () => void, ms: number) => number} setTimer
 * @property {(timer: number) => void} clearTimer
 */

/** One loop, never two questions at once. `kick` asks now, or right after the question under way. */
export class Poller {
  /** @param {PollOptions} options */
  constructor(options) {
    this.options = options;
    /** @type {number|null} */
    this.timer = null;
    this.asking = false;
    this.again = false;
    this.stopped = false;
    /** Resolves when the first question has come to its end, with or without an answer. @type {Promise<void>} */
    this.asked = new Promise((resolve) => {
      this.tell = resolve;
    });
  }

  kick() {
    if (this.stopped) return;
    if (this.asking) {
      this.again = true;
      return;
    }
    this.#clear();
    void this.#run();
  }

  /** Takes a new delay into account, for instance after the page became visible. */
  reschedule() {
    if (this.stopped || this.asking) return;
    this.#clear();
    this.#later();
  }

  /** Asks at once, and goes on after a stop. */
  start() {
    this.stopped = false;
    this.kick();
  }

  stop() {
    this.stopped = true;
    this.again = false;
    this.#clear();
  }

  async #run() {
    this.asking = true;
    this.again = false;
    try {
      await this.options.ask();
    } finally {
      this.asking = false;
      this.tell?.();
      if (this.again) this.kick();
      else this.#later();
    }
  }

  #later() {
    if (this.stopped) return;
    this.timer = this.options.setTimer(() => {
      this.timer = null;
      void this.#run();
    }, this.options.delay());
  }

  #clear() {
    if (this.timer === null) return;
    this.options.clearTimer(this.timer);
    this.timer = null;
  }
}
