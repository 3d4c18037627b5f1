import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointsAlong } from '../../javascript/tab/hostcardscreen.mjs';

test('points lie inside both ends and nowhere further apart than asked', () => {
  for (const [from, to, step] of [
    [0, 1300, 90],
    [10, 80, 64],
    [0, 7, 64],
    [100, 5000, 33],
  ]) {
    const points = pointsAlong(from, to, step);
    assert.ok(points[0] > from && points[0] < from + step);
    assert.ok(points.at(-1) < to && points.at(-1) > to - step);
    for (const [number, point] of points.entries()) {
      if (number) assert.ok(point - points[number - 1] <= step + 1e-9);
    }
  }
});

test('what the window does not show has no points', () => {
  assert.deepEqual(pointsAlong(200, 100, 64), []);
  assert.deepEqual(pointsAlong(0, 4, 64), []);
});
