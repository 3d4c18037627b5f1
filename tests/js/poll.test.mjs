import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Poller, pollDelay } from '../../javascript/tab/poll.mjs';

test('the pace follows what goes on and who looks', () => {
  assert.equal(pollDelay({ active: true, visible: true, failures: 0 }), 500);
  assert.equal(pollDelay({ active: true, visible: false, failures: 0 }), 3000);
  assert.equal(pollDelay({ active: false, visible: true, failures: 0 }), 10_000);
});

test('failures slow it down step by step, to ten seconds', () => {
  const waits = [1, 2, 3, 4, 5, 50].map((failures) => pollDelay({ active: true, visible: true, failures }));
  assert.deepEqual(waits, [1000, 2000, 5000, 10_000, 10_000, 10_000]);
});

/** A clock that runs only when told, and questions that end only when told. */
function bench() {
  const timers = new Map();
  const open = [];
  let last = 0;
  const poller = new Poller({
    ask: () => new Promise((resolve) => open.push(resolve)),
    delay: () => 500,
    setTimer: (run, ms) => {
      last += 1;
      timers.set(last, { run, ms });
      return last;
    },
    clearTimer: (timer) => timers.delete(timer),
  });
  const answer = async () => {
    open.shift()();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const ring = () => {
    const [id, timer] = [...timers][0];
    timers.delete(id);
    timer.run();
  };
  return { poller, timers, open, answer, ring };
}

test('one question at a time, and the next one after the delay', async () => {
  const { poller, timers, open, answer, ring } = bench();
  poller.kick();
  assert.equal(open.length, 1);
  assert.equal(timers.size, 0);
  await answer();
  assert.equal(timers.size, 1);
  ring();
  assert.equal(open.length, 1);
});

test('a kick during a question asks once more right after it, however often it was kicked', async () => {
  const { poller, timers, open, answer } = bench();
  poller.kick();
  for (let kick = 0; kick < 5; kick += 1) poller.kick();
  assert.equal(open.length, 1);
  await answer();
  assert.equal(open.length, 1);
  await answer();
  assert.equal(open.length, 0);
  assert.equal(timers.size, 1);
});

test('a kick between questions takes the place of the timer', async () => {
  const { poller, timers, open, answer } = bench();
  poller.kick();
  await answer();
  poller.kick();
  assert.equal(timers.size, 0);
  assert.equal(open.length, 1);
});

test('stopped means stopped', async () => {
  const { poller, timers, open, answer } = bench();
  poller.kick();
  poller.stop();
  await answer();
  poller.kick();
  poller.reschedule();
  assert.equal(timers.size + open.length, 0);
});

test('after a stop a start asks at once and goes on', async () => {
  const { poller, timers, open, answer } = bench();
  poller.kick();
  poller.kick();
  poller.stop();
  await answer();
  assert.equal(timers.size + open.length, 0);
  poller.start();
  assert.equal(open.length, 1);
  await answer();
  assert.equal(timers.size, 1);
});
