/** Work that may wait until what was just drawn can be seen. */

export class AfterPaint {
  /** @param {() => void} run */
  constructor(run) {
    this.run = run;
    this.frame = 0;
    this.timer = 0;
  }

  /** Runs once, however often it is asked for until then. */
  ask() {
    if (this.frame || this.timer) return;
    this.frame = window.requestAnimationFrame(() => {
      this.frame = 0;
      this.timer = window.setTimeout(() => {
        this.timer = 0;
        this.run();
      });
    });
  }

  dispose() {
    window.cancelAnimationFrame(this.frame);
    window.clearTimeout(this.timer);
  }
}
