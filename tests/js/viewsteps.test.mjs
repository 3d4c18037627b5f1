import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyFilters } from '../../javascript/tab/filters.mjs';
import { startState, writeHash } from '../../javascript/tab/hash.mjs';
import { moveFor } from '../../javascript/tab/viewsteps.mjs';

const start = startState();
const looking = (filters) => ({ ...start, filters: { ...emptyFilters(), ...filters } });
const harbor = looking({ text: 'harbor' });
const meant = { typed: false, before: null };

test('another view, another search and details that open are steps', () => {
  const library = { ...start, view: 'library' };
  assert.equal(moveFor(start, library, meant), 'push');
  for (const filters of [{ text: 'harbor' }, { creator: 'lumen' }, { tag: 'night' }, { reference: '1' }])
    assert.equal(moveFor(start, looking(filters), meant), 'push');
  assert.equal(moveFor(start, { ...start, model: 7 }, meant), 'push');
  assert.equal(moveFor(library, { ...library, file: '/a' }, meant), 'push');
  assert.equal(moveFor({ ...library, file: '/a' }, { ...library, model: 7 }, meant), 'push');
});

test('filters, versions and the next model belong to the step they happen in', () => {
  for (const filters of [{ types: ['LORA'] }, { sort: 'Newest' }, { hideInstalled: true }])
    assert.equal(moveFor(start, looking(filters), meant), 'replace');
  const open = { ...start, model: 7 };
  assert.equal(moveFor(open, { ...open, version: 8 }, meant), 'replace');
  assert.equal(moveFor(open, { ...open, model: 9 }, meant), 'replace');
});

test('a search that is being typed is one step, and none once its words are taken back', () => {
  const entry = { typed: true, before: writeHash('', start) };
  assert.equal(moveFor(looking({ text: 'har' }), harbor, entry), 'replace');
  assert.equal(moveFor(looking({ text: 'h' }), start, entry), 'back');
  assert.equal(moveFor(harbor, start, { ...entry, typed: false }), 'push');
  assert.equal(moveFor(harbor, { ...harbor, view: 'library' }, entry), 'push');
});

test('closed details lead back to where they were opened, unless something else is shown by now', () => {
  const open = { ...harbor, model: 7 };
  assert.equal(moveFor(open, harbor, { typed: false, before: writeHash('', harbor) }), 'back');
  assert.equal(moveFor(open, harbor, { typed: false, before: writeHash('', start) }), 'replace');
  assert.equal(moveFor(open, harbor, meant), 'replace');
});
