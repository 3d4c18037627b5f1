import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as filters from '../../javascript/tab/filters.mjs';

const some = () => ({
  ...filters.emptyFilters(),
  creator: 'lumen',
  tag: 'night sky',
  reference: 'civitai:12@34',
  types: ['LORA', 'LoCon'],
  bases: ['SDXL 1.0'],
  sort: 'Newest',
  period: 'Month',
  level: 'Soft',
  early: 'hide',
  kind: 'Merge',
  formats: ['GGUF', 'SafeTensor'],
  hideInstalled: true,
});

test('a body says only what was chosen', () => {
  const body = filters.requestBody(filters.emptyFilters(), { limit: 40 });
  assert.deepEqual(body, { sort: 'Most Downloaded', period: 'Week', limit: 40 });
});

test('a body says everything that was chosen, in the words of the contract', () => {
  assert.deepEqual(filters.requestBody({ ...some(), text: 'sky', reference: '' }, { limit: 20, cursor: 'c1' }), {
    query: 'sky',
    creator: 'lumen',
    tag: 'night sky',
    types: ['LORA', 'LoCon'],
    base_models: ['SDXL 1.0'],
    sort: 'Newest',
    period: 'Month',
    nsfw_level: 'Soft',
    early_access: 'hide',
    checkpoint_kind: 'Merge',
    file_formats: ['GGUF', 'SafeTensor'],
    hide_installed: true,
    limit: 20,
    cursor: 'c1',
  });
});

test('a period left to the tab is the week while browsing and all time while searching', () => {
  const empty = filters.emptyFilters();
  assert.equal(filters.effectivePeriod(empty), 'Week');
  assert.equal(filters.effectivePeriod({ ...empty, text: 'sky' }), 'AllTime');
  assert.equal(filters.effectivePeriod({ ...empty, creator: 'lumen' }), 'AllTime');
  assert.equal(filters.effectivePeriod({ ...empty, period: 'Day', text: 'sky' }), 'Day');
});

test('an empty week is widened step by step and then no more', () => {
  const empty = filters.emptyFilters();
  const asked = [];
  let widened = 0;
  for (; filters.canWiden(empty, widened); widened += 1) asked.push(filters.effectivePeriod(empty, widened));
  asked.push(filters.effectivePeriod(empty, widened));
  assert.deepEqual(asked, ['Week', 'Month', 'AllTime']);
  assert.equal(filters.canWiden({ ...empty, period: 'Day' }, 0), false);
});

test('taking every chip away leaves nothing but the text', () => {
  let left = { ...some(), text: 'sky' };
  const found = filters.chips(left);
  assert.equal(found.length, 14);
  for (const chip of found) left = filters.without(left, chip);
  assert.deepEqual(left, { ...filters.emptyFilters(), text: 'sky' });
});

test('the suspects of an empty answer are the narrow filters, and the sort is none of them', () => {
  const order = filters.suspects(some()).map((chip) => chip.key);
  assert.deepEqual(order.slice(0, 2), ['reference', 'period']);
  assert.ok(!order.includes('sort'));
});

test('one thing that is named is all that is asked for, and no part of the text is lost', () => {
  const both = { ...filters.emptyFilters(), text: 'sky', reference: 'civitai:12' };
  assert.equal(filters.requestBody(both, { limit: 40 }).query, 'civitai:12');
  assert.equal(filters.requestBody(both, { limit: 40 }).period, 'AllTime');
  const left = filters.without(both, filters.chips(both)[0]);
  assert.equal(filters.requestBody(left, { limit: 40 }).query, 'sky');
});

test('what the tab chooses by itself is listed once, and shown as chosen when a person chose the same', () => {
  const periods = ['AllTime', 'Month', 'Week'];
  assert.deepEqual(filters.choicesBeside(periods, '', 'Week'), { values: ['AllTime', 'Month'], value: '' });
  assert.deepEqual(filters.choicesBeside(periods, 'Week', 'Week'), { values: ['AllTime', 'Month'], value: '' });
  assert.deepEqual(filters.choicesBeside(periods, 'Week', 'AllTime'), { values: ['Month', 'Week'], value: 'Week' });
});

test('there is something to clear as soon as one filter differs', () => {
  assert.equal(filters.isNarrowed(filters.emptyFilters()), false);
  assert.equal(filters.isNarrowed({ ...filters.emptyFilters(), period: 'Day' }), true);
});

test('kept words that the server would refuse are left out, and old sets without them are whole', () => {
  const kept = { early: 'never', kind: 'Standard', formats: ['GGUF', 'Wax', 3], level: 'Huge', tag: 'night' };
  assert.deepEqual(filters.readFilters(kept), { ...filters.emptyFilters(), formats: ['GGUF'], tag: 'night' });
  assert.deepEqual(filters.readFilters({}), filters.emptyFilters());
  assert.ok(filters.sameFilters(filters.readFilters(some()), some()));
});

test('a file format and a kind of checkpoint are suspects of an empty answer', () => {
  const order = filters.suspects(some()).map((chip) => chip.key);
  for (const key of ['formats', 'kind', 'early']) assert.ok(order.includes(/** @type {any} */ (key)));
});
