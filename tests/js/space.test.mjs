import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spaceFor } from '../../javascript/tab/space.mjs';

const card = (type, size_bytes) => ({ id: 1, type, latest: { file: { size_bytes } } });
const ROOTS = [
  { type: 'Checkpoint', path: '/big/Stable-diffusion', free_bytes: 1000 },
  { type: 'LORA', path: '/small/Lora', free_bytes: 50 },
  { type: 'LORA', path: '/other/Lora2', free_bytes: 9000 },
  { type: 'Other', path: '/big/other/', free_bytes: 1000 },
];

test('sizes are added up by drive, and the drive with least is told', () => {
  const space = spaceFor([card('Checkpoint', 900), card('LORA', 50)], ROOTS);
  assert.deepEqual(space, { folders: ['Stable-diffusion', 'Lora'], free: 50, short: false });
  assert.equal(spaceFor([card('LORA', 51)], ROOTS).short, true);
});

test('folders of one drive share its space; a type without a folder goes to the others', () => {
  const space = spaceFor([card('Checkpoint', 600), card('Workflows', 401)], ROOTS);
  assert.deepEqual(space, { folders: ['Stable-diffusion', 'other'], free: 1000, short: true });
});

test('where a drive says nothing, nothing is claimed', () => {
  const roots = [{ type: 'Checkpoint', path: '/far', free_bytes: null }];
  assert.deepEqual(spaceFor([card('Checkpoint', 9), card('LORA', 1)], roots), {
    folders: ['far'],
    free: null,
    short: false,
  });
  assert.deepEqual(spaceFor([card('LORA', null)], []), { folders: [], free: null, short: false });
});
