/** Where the element stands below the host's tab strip. */

/** More than a strip's own spacing is something else that a host has put there. CSS pixels. */
const MOST = 32;

/**
 * How far the element may move up to touch the strip: newer Gradio keeps the strip apart from what is below it.
 * @param {number} strip lower edge of the strip
 * @param {number} top upper edge of the element without a shift
 * @returns {number} pixels; 0 when it touches already or something stands between
 */
export function gapBetween(strip, top) {
  const gap = Math.round(top - strip);
  return gap > 0 && gap <= MOST ? gap : 0;
}

/**
 * Moves the element up to the strip of the tabs that it lies in.
 * @param {HTMLElement} element laid out
 */
function pullUp(element) {
  const strip = element.closest('.tabs')?.querySelector('[role=tablist], .tab-nav');
  if (!strip) return;
  const shift = Number.parseFloat(element.style.marginTop) || 0;
  const gap = gapBetween(strip.getBoundingClientRect().bottom, element.getBoundingClientRect().top - shift);
  const margin = gap ? `-${gap}px` : '';
  if (element.style.marginTop !== margin) element.style.marginTop = margin;
}

/**
 * The element is as high as what is left of the window below its own top.
 * @param {HTMLElement} element
 */
export function fitHeight(element) {
  if (!element.clientWidth) return;
  pullUp(element);
  const top = Math.max(0, element.getBoundingClientRect().top + window.scrollY);
  element.style.setProperty('--cd-top', `${Math.round(top)}px`);
}
