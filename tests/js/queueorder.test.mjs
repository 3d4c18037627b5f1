import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dropIndex, moveTo, stepIndex } from '../../javascript/tab/queueorder.mjs';

const job = (id, rank, priority = 'normal') => ({ id, rank, priority, state: 'queued' });
const QUEUE = [job('a', 1), job('b', 2), job('c', 3)];

test('a step stays inside the queue', () => {
  assert.equal(stepIndex(QUEUE, 'a', 'up'), 0);
  assert.equal(stepIndex(QUEUE, 'a', 'down'), 1);
  assert.equal(stepIndex(QUEUE, 'c', 'down'), 2);
  assert.equal(stepIndex(QUEUE, 'c', 'top'), 0);
  assert.equal(stepIndex(QUEUE, 'a', 'bottom'), 2);
});

test('a move names a neighbour, and its rank lies between both', () => {
  assert.deepEqual(moveTo(QUEUE, 'c', 0), { index: 0, priority: 'normal', rank: 0, body: { before: 'a' } });
  assert.deepEqual(moveTo(QUEUE, 'c', 1), { index: 1, priority: 'normal', rank: 1.5, body: { before: 'b' } });
  assert.deepEqual(moveTo(QUEUE, 'a', 2), { index: 2, priority: 'normal', rank: 4, body: { after: 'c' } });
});

test('nothing is moved to where it is, or alone', () => {
  assert.equal(moveTo(QUEUE, 'b', 1), null);
  assert.equal(moveTo([job('a', 1)], 'a', 0), null);
  assert.equal(moveTo(QUEUE, 'gone', 0), null);
});

test('at the edge of its priority a job keeps it; among others it takes theirs', () => {
  const queue = [job('h', 5, 'high'), job('a', 1), job('b', 2), job('l', 0, 'low')];
  assert.deepEqual(moveTo(queue, 'b', 1), { index: 1, priority: 'normal', rank: 0, body: { before: 'a' } });
  assert.deepEqual(moveTo(queue, 'b', 0), { index: 0, priority: 'high', rank: 4, body: { before: 'h' } });
  assert.deepEqual(moveTo(queue, 'a', 3), { index: 3, priority: 'low', rank: 1, body: { after: 'l' } });
});

test('every place of every queue is reached by one move', () => {
  const priorities = ['high', 'normal', 'low'];
  const sorted = (queue) =>
    [...queue].sort(
      (one, other) => priorities.indexOf(one.priority) - priorities.indexOf(other.priority) || one.rank - other.rank,
    );
  const queue = sorted(Array.from({ length: 9 }, (_, at) => job(`j${at}`, at * 1.5, priorities[at % 3])));
  for (const { id } of queue)
    for (let index = 0; index < queue.length; index += 1) {
      const move = moveTo(queue, id, index);
      const after = move ? queue.map((one) => (one.id === id ? { ...one, ...move } : one)) : queue;
      assert.equal(
        sorted(after).findIndex((one) => one.id === id),
        index,
        `${id} to ${index}`,
      );
    }
});

test('a dragged row falls behind those whose middle it has passed', () => {
  const rows = [0, 50, 100].map((top) => ({ top, height: 50 }));
  assert.equal(dropIndex(rows, 10), 0);
  assert.equal(dropIndex(rows, 60), 1);
  assert.equal(dropIndex(rows, 500), 3);
});
