/** A handle on the left edge of a panel: dragged, or moved with the arrow keys. */

import { h } from './dom.mjs';
import { recall, remember } from './memory.mjs';

/** @typedef {{label: string, key: string, least: number, most: number, start: number}} ResizeOptions widths in CSS pixels */

const STEP = 20;

/**
 * @param {() => HTMLElement} panel
 * @param {ResizeOptions} options
 * @returns {HTMLElement}
 */
export function resizeHandle(panel, options) {
  const handle = h('div', {
    class: 'resize',
    role: 'separator',
    tabindex: 0,
    'aria-orientation': 'vertical',
    'aria-label': options.label,
    'aria-valuemin': options.least,
    'aria-valuemax': options.most,
  });
  let width = options.start;
  /** @param {number} wanted */
  const set = (wanted) => {
    width = Math.round(Math.max(options.least, Math.min(options.most, wanted)));
    handle.setAttribute('aria-valuenow', String(width));
    panel().style.setProperty('--panel-width', `${width}px`);
  };
  const keep = () => remember('local', options.key, String(width));
  handle.addEventListener('pointerdown', (event) => {
    const right = panel().getBoundingClientRect().right;
    const move = (/** @type {PointerEvent} */ at) => set(right - at.clientX);
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', move);
    handle.addEventListener(
      'lostpointercapture',
      () => {
        handle.removeEventListener('pointermove', move);
        keep();
      },
      { once: true },
    );
    event.preventDefault();
  });
  handle.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowLeft' ? STEP : event.key === 'ArrowRight' ? -STEP : 0;
    if (!step) return;
    event.preventDefault();
    set(width + step);
    keep();
  });
  queueMicrotask(() => set(Number(recall('local', options.key)) || options.start));
  return handle;
}
