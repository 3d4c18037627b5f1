import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CardFacts } from '../../javascript/tab/hostcardfacts.mjs';

const ANSWER = {
  roots: ['/models/Lora', 'C:/sd/models/Lora/'],
  cards: [
    [0, 'sub/My LoRA.v2.safetensors', 7, 70, 'v1', 4, 1, 71, 'v2'],
    [1, 'win.safetensors', 8, 80, null, 0, 0, null, null],
    [0, 'twin.safetensors', 9, 90, null, 0, 0, null, null],
    [0, 'other/twin.pt', 10, 100, null, 0, 0, null, null],
  ],
};
const facts = new CardFacts(ANSWER);

test('a card finds its file by the path that it has for copying, on Windows too', () => {
  assert.deepEqual(facts.of({ path: '/models/Lora/sub/My LoRA.v2.safetensors', name: 'anything' }), {
    path: '/models/Lora/sub/My LoRA.v2.safetensors',
    name: 'My LoRA.v2',
    model: 7,
    version: 70,
    versionName: 'v1',
    level: 4,
    hasWords: true,
    update: { id: 71, name: 'v2' },
  });
  assert.equal(facts.of({ path: 'C:\\sd\\models\\Lora\\win.safetensors', name: '' })?.model, 8);
  assert.equal(facts.of({ path: 'c:\\SD\\models\\lora\\win.safetensors', name: '' })?.update, null);
});

test('the path for sorting, in small letters, is enough', () => {
  assert.equal(facts.of({ path: '/models/lora/sub/my lora.v2.safetensors', name: '' })?.model, 7);
});

test('a card without a path is found by its name only where one file has that name', () => {
  assert.equal(facts.of({ path: '', name: 'win' })?.model, 8);
  assert.equal(facts.of({ path: '', name: 'twin' }), null);
});

test('a file that is not known gets nothing, though another has its name', () => {
  assert.equal(facts.of({ path: '/elsewhere/win.safetensors', name: 'win' }), null);
  assert.equal(facts.of({ path: '', name: '__proto__' }), null);
});
