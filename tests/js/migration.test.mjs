import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/english.mjs';
import { matching, reportText } from '../../javascript/tab/migration.mjs';

const ITEMS = [
  { path: '/m/one.json', taken: [{ source: 'one.civitai.info', fields: ['trained_words', 'base_model'] }] },
  { path: '/m/two.json', taken: [{ source: 'two.metadata.json', fields: ['notes'] }] },
];

test('the report is found by path, source and the words for what was taken', () => {
  assert.equal(matching(ITEMS, ' ').length, 2);
  assert.deepEqual(matching(ITEMS, 'ONE.'), [ITEMS[0]]);
  assert.deepEqual(matching(ITEMS, 'metadata'), [ITEMS[1]]);
  assert.deepEqual(matching(ITEMS, 'trigger words'), [ITEMS[0]]);
});

test('as text it names each file and under it what came from where', () => {
  assert.equal(
    reportText(ITEMS),
    '/m/one.json\n  one.civitai.info: trigger words, base model\n/m/two.json\n  two.metadata.json: notes',
  );
});
