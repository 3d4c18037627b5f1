import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as filters from '../../javascript/tab/filters.mjs';

const some = () => ({
  ...filters.emptyFilters(),
  creator: 'lumen',
  tag: 'night sky',
  types: ['LORA', 'LoCon'],
  bases: ['SDXL 1.0'],
  sort: 'Newest',
  period: 'Month',
  level: 'Soft',
  hideInstalled: true,
});

test('a body says only what was chosen', () => {
  const body = filters.requestBody(filters.emptyFilters(), { limit: 40 });
  assert.deepEqual(body, { sort: 'Most Downloaded', period: 'Week', limit: 40 });
});

test('a body says everything that was chosen, in the words of the contract', () => {
  assert.deepEqual(filters.requestBody({ ...some(), text: 'sky' }, { limit: 20, cursor: 'c1' }), {
    query: 'sky',
    creator: 'lumen',
    tag: 'night sky',
    types: ['LORA', 'LoCon'],
    base_models: ['SDXL 1.0'],
    sort: 'Newest',
    period: 'Month',
    nsfw_level: 'Soft',
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
  assert.equal(found.length, 9);
  for (const chip of found) left = filters.without(left, chip);
  assert.deepEqual(left, { ...filters.emptyFilters(), text: 'sky' });
});

test('the suspects of an empty answer are the narrow filters, and the sort is none of them', () => {
  const order = filters.suspects(some()).map((chip) => chip.key);
  assert.equal(order[0], 'period');
  assert.ok(!order.includes('sort'));
});

test('@creator and #tag leave the text; a word still being typed stays', () => {
  assert.deepEqual(filters.readTokens('sky @lumen #night_sky', 'done'), {
    text: 'sky',
    creator: 'lumen',
    tag: 'night sky',
  });
  assert.deepEqual(filters.readTokens('sky @lum', 'typing'), { text: 'sky @lum', creator: '', tag: '' });
  assert.deepEqual(filters.readTokens('sky @lumen ', 'typing'), { text: 'sky', creator: 'lumen', tag: '' });
});

test('links, AIRs and addresses are never taken apart', () => {
  for (const text of ['https://civitai.com/models/1?x=@a #b', 'urn:air:sdxl:lora:civitai:1@2', 'a@b.example']) {
    assert.deepEqual(filters.readTokens(text, 'done'), { text, creator: '', tag: '' });
  }
});

test('links, AIRs and hashes name one thing; words and plain numbers do not', () => {
  const links = [
    'https://civitai.com/models/12?modelVersionId=34',
    'urn:air:sdxl:lora:civitai:12@34',
    'A3F1A3F1A3',
    'a'.repeat(64),
  ];
  for (const text of links) assert.equal(filters.isReference(text), true, text);
  for (const text of ['', 'sky', '1234567890', 'deadbeef cafe', 'https://civitai.com a']) {
    assert.equal(filters.isReference(text), false, text);
  }
  assert.deepEqual(links.map(filters.versionIn), [34, 34, null, null]);
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
