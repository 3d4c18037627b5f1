/** Filters that a person has given a name, kept in this browser. Read anew each time: another tab may write too. */

import { readFilters } from './filters.mjs';
import { recallList, remember } from './memory.mjs';

/** @typedef {import('./filters.mjs').Filters} Filters */
/** @typedef {{name: string, filters: Filters}} FilterSet */

export const MOST_SETS = 50;
export const LONGEST_NAME = 60;
const KEY = 'filtersets';

/** @param {string} name */
const cleanName = (name) => name.trim().replace(/\s+/g, ' ').slice(0, LONGEST_NAME);

export class FilterSets {
  /** @returns {FilterSet[]} in the order they were saved */
  get all() {
    return recallList(KEY)
      .filter((set) => typeof set?.name === 'string' && set.name)
      .map((set) => ({ name: set.name, filters: readFilters(set.filters) }));
  }

  /** @param {FilterSet[]} sets */
  #put(sets) {
    remember('local', KEY, JSON.stringify(sets.slice(0, MOST_SETS)));
  }

  /**
   * @param {string} name letter case makes no other name
   * @returns {FilterSet|null}
   */
  byName(name) {
    const same = cleanName(name).toLowerCase();
    return this.all.find((set) => set.name.toLowerCase() === same) ?? null;
  }

  /**
   * @param {string} name
   * @param {Filters} filters
   * @returns {boolean} false without a name, or when there is no room for another one
   */
  save(name, filters) {
    const clean = cleanName(name);
    const known = this.byName(clean);
    if (!clean || (!known && this.all.length >= MOST_SETS)) return false;
    const next = { name: clean, filters };
    this.#put(known ? this.all.map((set) => (set.name === known.name ? next : set)) : [...this.all, next]);
    return true;
  }

  /**
   * @param {string} from
   * @param {string} to
   * @returns {boolean} false without a name, or when another set has it
   */
  rename(from, to) {
    const clean = cleanName(to);
    const taken = this.byName(clean);
    if (!clean || (taken && taken.name !== from)) return false;
    this.#put(this.all.map((set) => (set.name === from ? { ...set, name: clean } : set)));
    return true;
  }

  /**
   * @param {string} name
   * @returns {() => void} puts it back where it was
   */
  remove(name) {
    const before = this.all;
    const index = before.findIndex((set) => set.name === name);
    this.#put(before.filter((set) => set.name !== name));
    return () => {
      if (index < 0 || this.byName(name)) return;
      const now = this.all;
      now.splice(index, 0, before[index]);
      this.#put(now);
    };
  }
}
