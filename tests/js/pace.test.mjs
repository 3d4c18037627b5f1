import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { CALM_MS, Pace } from '../../javascript/tab/pace.mjs';

const SCREEN = 800;
const FRAME = 1000 / 60;

/**
 * Scrolls `frames` times by `step` pixels, beginning at `start` milliseconds.
 * @param {Pace} pace
 * @param {{step: number, frames: number, start?: number}} how
 */
function scroll(pace, { step, frames, start = 1000 }) {
  for (let frame = 0; frame < frames; frame += 1) pace.note(step * frame, SCREEN, start + frame * FRAME);
}

test('a screen in a few frames is a rush, in both directions, and reading speed is none', () => {
  for (const [step, rushes] of /** @type {const} */ ([
    [220, true],
    [-220, true],
    [20, false],
    [-20, false],
  ])) {
    const pace = new Pace(() => {});
    scroll(pace, { step, frames: 5 });
    assert.equal(pace.rushes, rushes, `${step} px a frame`);
    pace.dispose();
  }
});

test('a rush on a machine that shows few frames is still one', () => {
  const pace = new Pace(() => {});
  for (let frame = 0; frame < 5; frame += 1) pace.note(800 * frame, SCREEN, 1000 + frame * 80);
  assert.equal(pace.rushes, true);
  pace.dispose();
});

test('a single jump is no rush, however far it goes', () => {
  const pace = new Pace(() => {});
  pace.note(0, SCREEN, 1000);
  pace.note(90_000, SCREEN, 1000 + CALM_MS + 1);
  pace.note(90_000, SCREEN, 1000 + CALM_MS + 2);
  assert.equal(pace.rushes, false);
});

test('a list that nobody sees does not rush', () => {
  const pace = new Pace(() => {});
  pace.note(0, 0, 1000);
  pace.note(0, 0, 1016);
  assert.equal(pace.rushes, false);
});

test('calm comes once, after the last move of the rush', (context) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  context.after(() => mock.timers.reset());
  let calm = 0;
  const pace = new Pace(() => {
    calm += 1;
  });
  scroll(pace, { step: 220, frames: 3 });
  mock.timers.tick(CALM_MS - 1);
  pace.note(220 * 4, SCREEN, 1000 + 3 * FRAME);
  mock.timers.tick(CALM_MS - 1);
  assert.deepEqual([calm, pace.rushes], [0, true]);
  mock.timers.tick(1);
  assert.deepEqual([calm, pace.rushes], [1, false]);
  mock.timers.tick(10 * CALM_MS);
  assert.equal(calm, 1);
});

test('nothing is told of a list that is gone', (context) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  context.after(() => mock.timers.reset());
  const pace = new Pace(() => assert.fail('told'));
  scroll(pace, { step: 220, frames: 3 });
  pace.dispose();
  mock.timers.tick(CALM_MS);
});
