/** A value with listeners. */

/**
 * @template T
 */
export class Store {
  /** @param {T} value */
  constructor(value) {
    this.value = value;
    /** @type {Set<(value: T) => void>} */
    this.listeners = new Set();
  }

  /** @param {T} value */
  set(value) {
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.tell();
  }

  tell() {
    for (const listener of [...this.listeners]) listener(this.value);
  }

  /**
   * @param {(value: T) => void} listener called at every change, not now
   * @returns {() => void} ends it
   */
  on(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Messages by name for those who listen. */
export class Bus {
  constructor() {
    /** @type {Map<string, Set<(detail: any) => void>>} */
    this.listeners = new Map();
  }

  /**
   * @param {string} name
   * @param {(detail: any) => void} listener
   * @returns {() => void} ends it
   */
  on(name, listener) {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set.add(listener));
    return () => set.delete(listener);
  }

  /**
   * @param {string} name
   * @param {unknown} [detail]
   */
  emit(name, detail) {
    for (const listener of [...(this.listeners.get(name) ?? [])]) listener(detail);
  }
}
