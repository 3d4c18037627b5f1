import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyFilters } from '../../javascript/tab/filters.mjs';
import { readHash, startState, writeHash } from '../../javascript/tab/hash.mjs';

const full = () => ({
  view: 'browse',
  filters: {
    ...emptyFilters(),
    text: 'a & b = c # d + e',
    creator: 'lumen',
    tag: 'night sky',
    reference: 'https://civitai.com/models/1?modelVersionId=2',
    types: ['LORA', 'LoCon'],
    bases: ['SDXL 1.0', 'Flux.1 D'],
    sort: 'Newest',
    period: 'Month',
    level: 'Mature',
    early: 'only',
    kind: 'Trained',
    formats: ['Core ML', 'GGUF'],
    hideInstalled: true,
  },
  model: 12,
  version: 34,
  file: '/models/Lora/a & b.safetensors',
});

test('a view written to the address is read back the same', () => {
  for (const state of [
    startState(),
    full(),
    { ...startState(), view: 'settings' },
    { ...startState(), view: 'library' },
  ]) {
    assert.deepEqual(readHash(writeHash('', state)), state);
  }
});

test('the plain view has a plain address', () => {
  assert.equal(writeHash('', startState()), '#cb=browse');
});

test('what the host keeps in the hash stays and comes first', () => {
  const host = '#section=1&theme=dark';
  const written = writeHash(host, full());
  assert.ok(written.startsWith('#section=1&theme=dark&cb=browse&'));
  assert.deepEqual(readHash(written), full());
  assert.equal(writeHash(written, null), host);
});

test('writing again and again does not grow the hash', () => {
  let hash = '#host';
  for (let round = 0; round < 5; round += 1) hash = writeHash(hash, full());
  assert.equal(hash, writeHash('#host', full()));
});

test('a hash that is not about us gives nothing and is left alone', () => {
  for (const hash of ['', '#', '#top', '#q=cat&type=LORA', '#xcb=1']) assert.equal(readHash(hash), null);
  assert.equal(writeHash('#q=cat', null), '#q=cat');
  assert.equal(writeHash('', null), '');
});

test('broken values fall back instead of failing', () => {
  const state = readHash('#cb=nowhere&q=%E0%A4%A&m=abc&v=-3&level=Huge&early=x&kind=Standard&format=Wax&sort=');
  assert.deepEqual(state, { ...startState(), filters: { ...emptyFilters(), text: '%E0%A4%A' } });
});

test('names from the prototype are not taken for keys of ours', () => {
  assert.deepEqual(readHash('#cb=browse&constructor=1&toString=2'), startState());
  assert.equal(writeHash('#cb=browse&constructor=1', null), '#constructor=1');
});
