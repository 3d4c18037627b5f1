import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardsOnScreen, common, hasArea } from '../../javascript/tab/hostcardscreen.mjs';

const box = (left, top, right, bottom) => ({ left, top, right, bottom });
const placed = (where, parentElement = null) => ({ getBoundingClientRect: () => where, parentElement });

test('two boxes have in common what lies in both', () => {
  assert.deepEqual(common(box(0, 0, 10, 10), box(5, 5, 20, 20)), box(5, 5, 10, 10));
  assert.ok(!hasArea(common(box(0, 0, 10, 10), box(10, 0, 20, 10))));
});

test('a card is on the screen where page, frame and its own list show it', () => {
  globalThis.window = { innerWidth: 100, innerHeight: 100 };
  const list = placed(box(0, 0, 100, 60));
  const seen = placed(box(0, 50, 10, 70), list);
  const below = placed(box(0, 60, 10, 80), list);
  const hidden = placed(box(0, 0, 0, 0), list);
  const found = cardsOnScreen(placed(box(0, 0, 100, 400)), () => [seen, below, hidden]);
  assert.deepEqual([...found], [seen]);
  delete globalThis.window;
});

test('a frame out of sight is not looked through', () => {
  globalThis.window = { innerWidth: 100, innerHeight: 100 };
  const never = () => assert.fail('its cards were asked for');
  assert.equal(cardsOnScreen(placed(box(0, 200, 100, 400)), never).size, 0);
  delete globalThis.window;
});
