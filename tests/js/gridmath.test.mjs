import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CARD_WIDTHS,
  GAP,
  heightFor,
  layoutFor,
  linesFor,
  moveIndex,
  nextOf,
  placeOf,
  stepDensity,
  windowFor,
} from '../../javascript/tab/gridmath.mjs';

const WIDTHS = [320, 360, 380, 700, 884, 1100, 1368, 1900, 2500, 3800];

test('columns fill the width and never stand out of it', () => {
  for (const width of WIDTHS) {
    for (const wanted of [150, 180, 212, 260]) {
      const layout = layoutFor(width, wanted);
      const used = layout.columns * layout.cardWidth + (layout.columns - 1) * GAP;
      assert.ok(used <= width, `${used} of ${width}`);
      assert.ok(width - used < layout.columns, 'no more than rounding is left over');
    }
  }
});

test('a phone gets at least two columns', () => {
  for (const width of [320, 360, 400]) assert.ok(layoutFor(width, 260).columns >= 2);
});

test('every cell has its own place inside the height of the list', () => {
  for (const width of WIDTHS) {
    const layout = layoutFor(width, 212);
    const cells = 57;
    const places = new Set();
    for (let index = 0; index < cells; index += 1) {
      const { x, y } = placeOf(layout, index);
      assert.ok(x >= 0 && x + layout.cardWidth <= width);
      assert.ok(y + layout.cardHeight <= heightFor(layout, cells));
      places.add(`${x}/${y}`);
    }
    assert.equal(places.size, cells);
  }
});

test('wherever one scrolls, all cards on screen exist and far fewer than 100 in all', () => {
  for (const [width, height] of [
    [380, 700],
    [1368, 800],
    [1900, 1000],
  ]) {
    const layout = layoutFor(width, 212);
    const cells = 10_000;
    for (let top = -200; top < heightFor(layout, cells); top += 997) {
      const { from, to } = windowFor(layout, { top, height, cells });
      assert.ok(to - from < 100, `${to - from} cards at ${width}x${height}`);
      const firstSeen = Math.floor(Math.max(0, top) / layout.rowHeight) * layout.columns;
      const lastSeen = Math.min(cells, Math.ceil((top + height) / layout.rowHeight) * layout.columns);
      assert.ok(from <= firstSeen && to >= lastSeen);
    }
  }
});

test('the window of an empty or short list stays inside it', () => {
  const layout = layoutFor(1368, 212);
  assert.deepEqual(windowFor(layout, { top: 0, height: 800, cells: 0 }), { from: 0, to: 0 });
  assert.deepEqual(windowFor(layout, { top: 99_999, height: 800, cells: 3 }), { from: 3, to: 3 });
});

test('arrows walk the grid and stop at its edges', () => {
  const at = (index) => ({ index, columns: 4, rows: 2, count: 10 });
  assert.equal(moveIndex('ArrowRight', at(0)), 1);
  assert.equal(moveIndex('ArrowLeft', at(0)), null);
  assert.equal(moveIndex('ArrowDown', at(1)), 5);
  assert.equal(moveIndex('ArrowDown', at(7)), 9);
  assert.equal(moveIndex('ArrowDown', at(9)), null);
  assert.equal(moveIndex('ArrowUp', at(2)), null);
  assert.equal(moveIndex('PageDown', at(0)), 8);
  assert.equal(moveIndex('PageUp', at(9)), 1);
  assert.equal(moveIndex('PageUp', at(6)), 2);
  assert.equal(moveIndex('Home', at(6)), 0);
  assert.equal(moveIndex('End', at(6)), 9);
  assert.equal(moveIndex('x', at(6)), null);
  assert.equal(moveIndex('End', { ...at(0), count: 0 }), null);
});

test('a list of 10,000 lines has each in its place and far fewer than 100 on a large screen', () => {
  const layout = linesFor(900, 52);
  const cells = 10_000;
  assert.equal(heightFor(layout, cells), 520_000);
  assert.deepEqual(placeOf(layout, 3), { x: 0, y: 156 });
  for (let top = 0; top < 520_000; top += 9973) {
    const { from, to } = windowFor(layout, { top, height: 2160, cells });
    assert.ok(to - from < 60, String(to - from));
    assert.ok(from * 52 <= top && (to === cells || to * 52 >= top + 2160));
  }
  assert.equal(moveIndex('ArrowDown', { index: 3, columns: 1, rows: 10, count: cells }), 4);
});

test('every step of the size of cards is seen, at any width, until there is none', () => {
  for (const width of [320, 700, 868, 1248, 1568]) {
    const columns = (density) => layoutFor(width, CARD_WIDTHS[density]).columns;
    for (const step of [1, -1]) {
      let density = step > 0 ? 0 : CARD_WIDTHS.length - 1;
      for (let next = stepDensity(width, density, step); next !== density; next = stepDensity(width, density, step)) {
        assert.notEqual(columns(next), columns(density), `${width}`);
        density = next;
      }
      assert.equal(columns(density), columns(step > 0 ? CARD_WIDTHS.length - 1 : 0), `${width}`);
    }
  }
});

test('the next place that is taken is found in any order', () => {
  assert.equal(nextOf([9, 3, 7, 5], 4), 5);
  assert.equal(nextOf([9, 3], 3), 9);
  assert.equal(nextOf([1], 1), Number.POSITIVE_INFINITY);
});
