import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Selection } from '../../javascript/tab/selection.mjs';

const ORDER = ['a', 'b', 'c', 'd', 'e'];
const chosen = (selection) => [...selection.ids].sort().join('');

test('one is chosen and left again', () => {
  const selection = new Selection();
  selection.toggle('b');
  assert.equal(selection.has('b'), true);
  selection.toggle('b');
  assert.equal(selection.size, 0);
});

test('a range goes from the one chosen last, both ways', () => {
  const selection = new Selection();
  selection.toggle('c');
  selection.extend('e', ORDER);
  assert.equal(chosen(selection), 'cde');
  selection.extend('a', ORDER);
  assert.equal(chosen(selection), 'abcde');
});

test('a range whose start is not shown any more is the one file', () => {
  const selection = new Selection();
  selection.toggle('x');
  selection.extend('b', ORDER);
  assert.equal(chosen(selection), 'bx');
});

test('what is gone is not chosen any more', () => {
  const selection = new Selection();
  selection.all(ORDER);
  selection.keep(new Set(['b', 'd']));
  assert.equal(chosen(selection), 'bd');
  selection.clear();
  assert.deepEqual([selection.size, selection.anchor], [0, null]);
});
