import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitOf, limitWords } from '../../javascript/tab/limits.mjs';
import {
  folderBelow,
  folderWish,
  placeChoice,
  placeOf,
  sameRoot,
  splitName,
  stemOf,
} from '../../javascript/tab/targets.mjs';

const ROOTS = [{ path: '/models/Lora' }, { path: '/more/Lora' }];
const nothing = { root: null, folder: null, filename: null };
const target = { filename: 'a.b.safetensors', roots: ROOTS };

test('a name is its stem and its suffix, and typing the suffix changes nothing', () => {
  assert.deepEqual(splitName('a.b.safetensors'), ['a.b', '.safetensors']);
  assert.deepEqual(splitName('.hidden'), ['.hidden', '']);
  assert.equal(stemOf(' mine.SafeTensors ', '.safetensors'), 'mine');
  assert.equal(stemOf('mine.v2', '.safetensors'), 'mine.v2');
});

test('a folder left alone is not sent; an emptied one is the folder of the type', () => {
  assert.equal(folderWish(nothing, ROOTS), null);
  assert.equal(folderWish({ ...nothing, folder: '' }, ROOTS), '');
  assert.equal(folderWish({ ...nothing, folder: '/styles/' }, ROOTS), 'styles');
});

test('a folder below the first root is relative, below another absolute', () => {
  assert.equal(folderWish({ ...nothing, root: '/models/Lora', folder: 'styles' }, ROOTS), 'styles');
  assert.equal(folderWish({ ...nothing, root: '/more/Lora', folder: 'styles' }, ROOTS), '/more/Lora/styles');
  assert.equal(folderWish({ ...nothing, root: '/more/Lora' }, ROOTS), '/more/Lora');
});

test('a folder reads as what lies below the model folder that holds it', () => {
  assert.equal(folderBelow('/models/Lora', ROOTS), '');
  assert.equal(folderBelow('/models/Lora/styles/ink', ROOTS), 'styles/ink');
  assert.equal(folderBelow('/models/Lora2/ink', ROOTS), '/models/Lora2/ink');
  assert.equal(folderBelow('styles', ROOTS), 'styles');
  assert.equal(folderBelow('C:\\models\\Lora\\ink', [{ path: 'C:/models/Lora' }, { path: 'C:/models' }]), 'ink');
  assert.equal(sameRoot('C:\\models\\Lora', [{ path: 'C:/models' }, { path: 'C:/models/Lora' }]), 'C:/models/Lora');
});

test('the place of a job is where it stands, else what was wished for it', () => {
  const there = { folder: null, target_path: '/more/Lora/styles/a-1.safetensors' };
  assert.deepEqual(placeOf(there, ROOTS), { folder: null, filename: 'a-1.safetensors', shown: 'styles' });
  assert.deepEqual(placeOf({ folder: '/more/Lora/x', target_path: null }, ROOTS), {
    folder: '/more/Lora/x',
    filename: '',
    shown: 'x',
  });
});

test('only what a person chose is sent', () => {
  assert.deepEqual(placeChoice(nothing, target), {});
  assert.deepEqual(placeChoice({ root: null, folder: 'x', filename: 'mine.safetensors' }, target), {
    folder: 'x',
    filename: 'mine',
  });
  assert.deepEqual(placeChoice({ ...nothing, filename: '   ' }, null), {});
});

test('a speed limit is read and shown in MB/s', () => {
  assert.equal(limitWords(0), '');
  assert.equal(limitWords(1536), '1.5');
  assert.equal(limitOf(''), 0);
  assert.equal(limitOf('1,5'), 1536);
  assert.equal(limitOf('0.0001'), 1);
  assert.equal(limitOf('fast'), null);
  assert.equal(limitOf('-1'), -1024);
  for (const kib of [1, 100, 1024, 51_200, 999_999]) assert.ok(Math.abs(limitOf(limitWords(kib)) - kib) < 6, `${kib}`);
});
