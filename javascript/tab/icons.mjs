/** The tab's icons: strokes on a 16 px field, coloured by the text around them. */

import { svg } from './dom.mjs';

/** @type {Record<string, string[]>} */
const PATHS = {
  search: ['M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9z', 'M10.4 10.4 13.5 13.5'],
  close: ['M4 4l8 8', 'M12 4l-8 8'],
  check: ['M3.5 8.5 6.5 11.5 12.5 4.5'],
  up: ['M8 12.5V3.5', 'M4.5 7 8 3.5 11.5 7'],
  down: ['M4 6l4 4 4-4'],
  left: ['M10 3.5 5.5 8 10 12.5'],
  right: ['M6 3.5 10.5 8 6 12.5'],
  download: ['M8 2.5v7.5', 'M4.8 7.2 8 10.4l3.2-3.2', 'M3 13.2h10'],
  pause: ['M5.5 3.5v9', 'M10.5 3.5v9'],
  play: ['M5 3.2v9.6L12.5 8z'],
  retry: ['M12.8 6.2A5.2 5.2 0 1 0 13.2 9', 'M13.2 2.8v3.6H9.6'],
  copy: ['M6 5.5h6.5v8H6z', 'M10 5.5v-3H3.5v8H6'],
  external: ['M9.5 3h3.5v3.5', 'M13 3 7.5 8.5', 'M11 9.5V13H3V5h3.5'],
  link: [
    'M6.8 9.2 9.2 6.8',
    'M7.6 4.6 9 3.2a2.7 2.7 0 0 1 3.8 3.8l-1.4 1.4',
    'M8.4 11.4 7 12.8A2.7 2.7 0 0 1 3.2 9l1.4-1.4',
  ],
  heart: ['M8 13 3.3 8.3a2.9 2.9 0 0 1 4.1-4.1l.6.6.6-.6a2.9 2.9 0 0 1 4.1 4.1z'],
  clock: ['M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z', 'M8 5.2V8l2 1.6'],
  key: ['M10.5 2.6a2.9 2.9 0 1 1 0 5.8a2.9 2.9 0 0 1 0-5.8z', 'M8.3 7.7 3 13', 'M4.6 11.4l1.7 1.7'],
  eyeOff: ['M2 8s2.2-4 6-4 6 4 6 4', 'M8 6.4a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 0 1 0-3.2z', 'M3 13 13 3'],
  eye: [
    'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8z',
    'M8 6.2a1.8 1.8 0 1 1 0 3.6a1.8 1.8 0 0 1 0-3.6z',
  ],
  alert: ['M8 2.6 14 13H2z', 'M8 6.6v3', 'M8 11.2v.01'],
  cloudOff: [
    'M5 12.5h6.3a2.6 2.6 0 0 0 1.5-4.7',
    'M10.6 5.4A3.8 3.8 0 0 0 5 5.6 3.5 3.5 0 0 0 4.9 12.5',
    'M2.5 2.5l11 11',
  ],
  gear: ['M3 4.5h5', 'M11 4.5h2', 'M9.5 3v3', 'M3 11.5h2', 'M8 11.5h5', 'M6.5 10v3'],
  grid: ['M3 3h4v4H3z', 'M9 3h4v4H9z', 'M3 9h4v4H3z', 'M9 9h4v4H9z'],
  list: ['M3 4.5h10', 'M3 8h10', 'M3 11.5h10'],
  help: [
    'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z',
    'M6.4 6.4a1.7 1.7 0 1 1 2.4 1.6c-.6.3-.8.6-.8 1.2',
    'M8 11v.01',
  ],
  send: ['M3 8h8.5', 'M8.5 4.5 12 8l-3.5 3.5', 'M13.5 3.5v9'],
  keyboard: ['M2 4.5h12v7.5H2z', 'M5 9.6h6', 'M4.6 7v.01', 'M7 7v.01', 'M9.2 7v.01', 'M11.4 7v.01'],
  picture: ['M2.8 3.2h10.4v9.6H2.8z', 'M3 11l3-3.2 2.4 2.4 1.6-1.6 3 3', 'M10.4 6v.01'],
  pictureOff: ['M5 3.2h8.2v8.2', 'M11.4 12.8H2.8V4.2', 'M3 11l3-3.2 1.4 1.4', 'M2.5 2.5l11 11'],
  film: ['M2.8 4h10.4v8H2.8z', 'M6.8 6.2v3.6L9.8 8z'],
  cube: ['M8 2.3 13 5v6l-5 2.7L3 11V5z', 'M3 5l5 2.8L13 5', 'M8 7.8v5.9'],
  empty: ['M2.8 9.5h3l1 1.8h2.4l1-1.8h3', 'M2.8 9.5 4.6 4h6.8l1.8 5.5V13H2.8z'],
  scan: ['M6 2.8H2.8V6', 'M10 2.8h3.2V6', 'M2.8 10v3.2H6', 'M13.2 10v3.2H10', 'M8 5.6v4.8', 'M5.6 8h4.8'],
  shield: ['M8 2.3 12.8 4v4c0 3-2 4.8-4.8 5.8C5.2 12.8 3.2 11 3.2 8V4z', 'M5.8 8l1.6 1.6 2.8-3'],
  folder: ['M2.5 4h3.8l1.4 1.6h5.8V12.5h-11z'],
  sparkle: ['M8 2.5 9.4 6.6 13.5 8 9.4 9.4 8 13.5 6.6 9.4 2.5 8 6.6 6.6z'],
  history: ['M3 8a5 5 0 1 0 1.6-3.7', 'M3 2.8v2.4h2.4', 'M8 5.4V8l1.9 1.3'],
  more: ['M3.5 8v.01', 'M8 8v.01', 'M12.5 8v.01'],
  grip: ['M6 4v.01', 'M10 4v.01', 'M6 8v.01', 'M10 8v.01', 'M6 12v.01', 'M10 12v.01'],
  first: ['M8 13V6', 'M4.8 9 8 5.8 11.2 9', 'M3.5 3h9'],
  last: ['M8 3v7', 'M4.8 7 8 10.2 11.2 7', 'M3.5 13h9'],
  lower: ['M8 3.5v9', 'M4.5 9 8 12.5 11.5 9'],
  pencil: ['M10.5 3 13 5.5 5.8 12.7 3 13l.3-2.8z', 'M9 4.5 11.5 7'],
  bookmark: ['M4.5 2.8h7v10.7L8 10.9l-3.5 2.6z'],
  plus: ['M8 3.5v9', 'M3.5 8h9'],
  minus: ['M3.5 8h9'],
  trash: ['M3 4.5h10', 'M6 4.5V3h4v1.5', 'M4.2 4.5l.6 8.7h6.4l.6-8.7', 'M6.8 7v3.8', 'M9.2 7v3.8'],
  file: ['M4 2.5h5l3 3v8H4z', 'M9 2.5v3h3'],
  move: ['M2.5 4h3.8l1.4 1.6h5.8V12.5h-11z', 'M6 9h4', 'M8.4 7.4 10 9l-1.6 1.6'],
  undo: ['M5.5 3.5 2.8 6.2 5.5 8.9', 'M2.8 6.2h6.4a3.5 3.5 0 0 1 0 7H6'],
};

/**
 * @param {string} name
 * @param {number} [size] CSS pixels
 * @returns {SVGSVGElement}
 */
export function icon(name, size = 16) {
  const key = `${name} ${size}`;
  const known = drawn.get(key) ?? draw(name, size);
  drawn.set(key, known);
  return /** @type {SVGSVGElement} */ (known.cloneNode(true));
}

/** Copies are several times faster to make than new ones. @type {Map<string, SVGSVGElement>} */
const drawn = new Map();

/**
 * @param {string} name
 * @param {number} size
 * @returns {SVGSVGElement}
 */
function draw(name, size) {
  return svg(
    'svg',
    {
      class: 'icon',
      viewBox: '0 0 16 16',
      width: size,
      height: size,
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.5,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
      'aria-hidden': 'true',
      focusable: 'false',
    },
    svg('path', { d: (PATHS[name] ?? []).join('') }),
  );
}

/**
 * A ring that fills, for a card's badge.
 * @param {number} percent 0..100
 * @returns {SVGSVGElement}
 */
export function ring(percent) {
  const around = 2 * Math.PI * 6;
  const circle = { cx: 8, cy: 8, r: 6, fill: 'none', 'stroke-width': 2.5 };
  return svg(
    'svg',
    { class: 'icon ring', viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { ...circle, stroke: 'currentColor', 'stroke-opacity': 0.3 }),
    svg('circle', {
      ...circle,
      stroke: 'currentColor',
      'stroke-linecap': 'round',
      'stroke-dasharray': `${(around * percent) / 100} ${around}`,
      transform: 'rotate(-90 8 8)',
    }),
  );
}
