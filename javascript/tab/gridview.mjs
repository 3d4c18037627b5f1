/** What the grid asks of the cards in it, and of whoever shows it. Types only. */

/** @typedef {import('./gridmath.mjs').Layout} Layout */
/** @typedef {import('./pace.mjs').Pace} Pace */

/**
 * What the grid asks of a card. `take` gets the newer form of the same card.
 * @template T
 * @typedef {object} GridView
 * @property {T} card
 * @property {HTMLElement} el
 * @property {HTMLElement} button what gets the focus
 * @property {(place: {index: number, total: number, x: number, y: number}) => void} place
 * @property {(active: boolean) => void} setActive
 * @property {(current: boolean) => void} setCurrent
 * @property {() => void} update
 * @property {() => void} calm the list does not rush by any more
 * @property {() => void} dispose
 * @property {(card: T) => void} [take]
 */

/**
 * @template T
 * @template V
 * @typedef {object} GridOptions
 * @property {HTMLElement} scroller
 * @property {string} label
 * @property {number} density the number of a size
 * @property {(width: number, density: number) => Layout} layout
 * @property {(card: T, layout: Layout, pace: Pace) => V} make
 * @property {() => HTMLElement} skeleton
 * @property {() => void} [nearEnd] the last cards come into view
 * @property {() => import('./gridmarks.mjs').Mark[]} [marks] where pages begin
 */

export {};
