import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_EMPTY_PAGES, Results } from '../../javascript/tab/results.mjs';

const card = (id) => ({ id, name: `model ${id}` });
const page = (ids, next_cursor) => ({ items: ids.map(card), next_cursor, source: 'network' });

test('pages are put one behind the other without repeating a model', () => {
  const results = new Results();
  assert.equal(results.add(page([1, 2, 3], 'a')), 3);
  assert.equal(results.add(page([3, 4, 2, 5], 'b')), 2);
  assert.deepEqual(
    results.items.map((item) => item.id),
    [1, 2, 3, 4, 5],
  );
  assert.equal(results.indexOf(4), 3);
  assert.equal(results.indexOf(9), -1);
  assert.equal(results.byId(5).name, 'model 5');
});

test('what is shown never moves: a later page changes no index', () => {
  const results = new Results();
  results.add(page([1, 2, 3], 'a'));
  const before = [...results.items];
  results.add(page([9, 1, 8], 'b'));
  assert.deepEqual(results.items.slice(0, 3), before);
});

test('only an absent cursor ends the list: short and empty pages do not', () => {
  const results = new Results();
  results.add(page([1], 'a'));
  results.add(page([], 'b'));
  assert.equal(results.complete, false);
  assert.equal(results.goesOn, true);
  results.add(page([2], null));
  assert.equal(results.complete, true);
  assert.equal(results.goesOn, false);
});

test('pages without anything new are followed only so far', () => {
  const results = new Results();
  for (let round = 0; round < MAX_EMPTY_PAGES; round += 1) {
    assert.equal(results.goesOn, true);
    results.add(page([], `c${round}`));
  }
  assert.equal(results.goesOn, false);
  assert.notEqual(results.cursor, null);
});

test('a cursor that comes back ends the list, because it would turn in a circle', () => {
  const results = new Results();
  results.add(page([1], 'a'));
  results.add(page([2], 'b'));
  results.add(page([3], 'a'));
  assert.equal(results.complete, true);
});

test('each page that brought something is known by where it begins', () => {
  const results = new Results();
  results.add(page([1, 2], 'a'));
  results.add(page([2], 'b'));
  results.add(page([2, 3, 4], 'c'));
  results.add(page([5]));
  assert.deepEqual(results.starts, [0, 2, 4]);
});

test('cards of hidden creators go at once and come back where they were', () => {
  const by = (id, creator) => ({ ...card(id), creator });
  const results = new Results(new Set(['mallory']));
  results.add({ items: [by(1, 'ada'), by(2, 'Mallory'), by(3, 'bob')], next_cursor: 'a' });
  results.add({ items: [by(4, 'bob'), by(5, 'ada'), by(2, 'Mallory')], next_cursor: null });
  const ids = () => results.items.map((item) => item.id);
  assert.deepEqual(
    [ids(), results.starts],
    [
      [1, 3, 4, 5],
      [0, 2],
    ],
  );
  assert.equal(results.hide(new Set(['bob'])), true);
  assert.deepEqual(
    [ids(), results.starts],
    [
      [1, 2, 5],
      [0, 2],
    ],
  );
  assert.deepEqual([results.indexOf(5), results.indexOf(4), results.byId(3)], [2, -1, null]);
  assert.equal(results.hide(new Set()), true);
  assert.deepEqual(
    [ids(), results.starts],
    [
      [1, 2, 3, 4, 5],
      [0, 3],
    ],
  );
  const { items } = results;
  assert.equal(results.hide(new Set(['nobody'])), false);
  assert.equal(results.items, items);
});
