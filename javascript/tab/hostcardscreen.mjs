/**
 * Which of the host's cards lie on the screen: measured when something has come to rest. Watching thousands of cards one
 * by one would cost every frame of a scroll.
 */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/**
 * @param {Box} one
 * @param {Box} other
 * @returns {Box} what both have; without area where there is nothing
 */
export function common(one, other) {
  return {
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  };
}

/** @param {Box} box */
export function hasArea(box) {
  return box.right > box.left && box.bottom > box.top;
}

/**
 * @param {Element} frame
 * @param {() => HTMLElement[]} cards those of the frame, asked for only where the frame can be seen
 * @returns {Set<HTMLElement>} those that can be seen, in whole or in part
 */
export function cardsOnScreen(frame, cards) {
  const page = { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight };
  const outer = common(frame.getBoundingClientRect(), page);
  if (!hasArea(outer)) return new Set();
  /** The lists scroll on their own. @type {Map<Element|null, Box>} */
  const lists = new Map();
  const inList = (/** @type {HTMLElement} */ card) => {
    const list = card.parentElement;
    const known = lists.get(list) ?? (list ? common(list.getBoundingClientRect(), outer) : outer);
    lists.set(list, known);
    return known;
  };
  return new Set(cards().filter((card) => hasArea(common(card.getBoundingClientRect(), inList(card)))));
}
