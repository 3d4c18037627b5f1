/**
 * Which of the host's cards lie on the screen: asked of the page by points, when something has come to rest. Watching
 * thousands of cards one by one would cost every frame of a scroll.
 */

/** Before a card was found nobody knows how large they are (px). */
const FIRST_STEP = 64;
/** So far inside an edge the point lies that asks for what is only just there (px). */
const INSET = 3;

/**
 * Points along a line, not further apart than `step`, and both ends.
 * @param {number} from
 * @param {number} to
 * @param {number} step
 * @returns {number[]}
 */
export function pointsAlong(from, to, step) {
  const [first, last] = [from + INSET, to - INSET];
  if (last < first) return [];
  const count = Math.max(1, Math.ceil((last - first) / step));
  return Array.from({ length: count + 1 }, (_, number) => first + ((last - first) * number) / count);
}

/**
 * The part of an element that the window shows.
 * @param {Element} element
 */
function shownPart(element) {
  const box = element.getBoundingClientRect();
  return {
    left: Math.max(0, box.left),
    top: Math.max(0, box.top),
    right: Math.min(window.innerWidth, box.right),
    bottom: Math.min(window.innerHeight, box.bottom),
  };
}

/**
 * @param {Element} frame
 * @returns {Set<HTMLElement>} the cards of a page that can be seen, or nearly
 */
export function cardsOnScreen(frame) {
  /** @type {Set<HTMLElement>} */
  const found = new Set();
  const { left, top, right, bottom } = shownPart(frame);
  const root = /** @type {Document|ShadowRoot} */ (frame.getRootNode());
  let [stepX, stepY] = [FIRST_STEP, FIRST_STEP];
  for (let y = top + INSET; y < bottom; y = y < bottom - INSET ? Math.min(y + stepY, bottom - INSET) : bottom) {
    for (const x of pointsAlong(left, right, stepX)) {
      const card = /** @type {HTMLElement|null} */ (root.elementFromPoint(x, y)?.closest('.card') ?? null);
      if (!card || !frame.contains(card)) continue;
      if (!found.size) [stepX, stepY] = halfOf(card);
      found.add(card);
    }
  }
  return found;
}

/** @param {HTMLElement} card @returns {[number, number]} */
function halfOf(card) {
  return [Math.max(FIRST_STEP / 2, card.offsetWidth / 2), Math.max(FIRST_STEP / 2, card.offsetHeight / 2)];
}
