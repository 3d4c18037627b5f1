/** Where cards lie and which of them must exist. Pure, so that it can be tested without a browser. */

export const GAP = 12;

/** Wanted widths of a card, by density. CSS pixels. */
export const CARD_WIDTHS = [150, 180, 212, 260];

/** Room for so many cards beyond what is seen; keeps a screen of cards well under 100 (design 11). */
const OVERSCAN_ROWS = 1;

/** @typedef {{columns: number, cardWidth: number, cardHeight: number, rowHeight: number}} Layout */

/**
 * @param {number} width of the list in CSS pixels
 * @param {number} wanted the width of a card to come near to
 * @returns {Layout} cards are 2:3 pictures
 */
export function layoutFor(width, wanted) {
  const room = Math.max(1, width);
  const near = room < 420 ? Math.min(wanted, (room - GAP) / 2) : wanted;
  const columns = Math.max(1, Math.round((room + GAP) / (near + GAP)));
  const cardWidth = Math.floor((room - GAP * (columns - 1)) / columns);
  const cardHeight = Math.round(cardWidth * 1.5);
  return { columns, cardWidth, cardHeight, rowHeight: cardHeight + GAP };
}

/**
 * The next size of cards that looks different: where a narrow list makes the same of two, one is passed over.
 * @param {number} width of the list in CSS pixels
 * @param {number} density the number of a size
 * @param {number} step 1 for larger cards, -1 for smaller ones
 * @returns {number} the same where there is none
 */
export function stepDensity(width, density, step) {
  const { columns } = layoutFor(width, CARD_WIDTHS[density]);
  for (let next = density + step; CARD_WIDTHS[next] !== undefined; next += step)
    if (layoutFor(width, CARD_WIDTHS[next]).columns !== columns) return next;
  return density;
}

/**
 * One line below the other.
 * @param {number} width of the list in CSS pixels
 * @param {number} height of a line in CSS pixels
 * @returns {Layout}
 */
export function linesFor(width, height) {
  return { columns: 1, cardWidth: Math.max(1, width), cardHeight: height, rowHeight: height };
}

/**
 * @param {Layout} layout
 * @param {number} index
 * @returns {{x: number, y: number}}
 */
export function placeOf(layout, index) {
  const row = Math.floor(index / layout.columns);
  return { x: (index % layout.columns) * (layout.cardWidth + GAP), y: row * layout.rowHeight };
}

/**
 * @param {Layout} layout
 * @param {number} cells
 * @returns {number} height of all cells
 */
export function heightFor(layout, cells) {
  const rows = Math.ceil(cells / layout.columns);
  return rows ? rows * layout.rowHeight - (layout.rowHeight - layout.cardHeight) : 0;
}

/**
 * The cells that must exist for a piece of the list.
 * @param {Layout} layout
 * @param {{top: number, height: number, cells: number}} view top is measured from the list's own top
 * @returns {{from: number, to: number}} `to` is not part of it
 */
export function windowFor(layout, view) {
  const first = Math.floor(view.top / layout.rowHeight) - OVERSCAN_ROWS;
  const last = Math.ceil((view.top + view.height) / layout.rowHeight) + OVERSCAN_ROWS;
  const from = Math.max(0, first) * layout.columns;
  const to = Math.max(0, last) * layout.columns;
  return { from: Math.min(from, view.cells), to: Math.min(to, view.cells) };
}

/**
 * Where an arrow key leads.
 * @param {string} key
 * @param {{index: number, columns: number, rows: number, count: number}} at rows is how many a page key jumps
 * @returns {number|null} null when the key does not move
 */
export function moveIndex(key, at) {
  /** @type {Record<string, number>} */
  const steps = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -at.columns,
    ArrowDown: at.columns,
    PageUp: -at.columns * at.rows,
    PageDown: at.columns * at.rows,
  };
  if (at.count === 0) return null;
  if (key === 'Home') return 0;
  if (key === 'End') return at.count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  const target = at.index + step;
  if (target >= 0 && target < at.count) return target;
  if (key === 'PageUp') return at.index % at.columns;
  if (key === 'ArrowDown' || key === 'PageDown') {
    const lastRow = Math.floor((at.count - 1) / at.columns);
    return Math.floor(at.index / at.columns) < lastRow ? at.count - 1 : null;
  }
  return null;
}

/**
 * @param {Iterable<number>} numbers in any order
 * @param {number} index
 * @returns {number} the smallest of them that is greater; infinity where there is none
 */
export function nextOf(numbers, index) {
  let next = Number.POSITIVE_INFINITY;
  for (const one of numbers) if (one > index && one < next) next = one;
  return next;
}
