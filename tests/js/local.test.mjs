import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allOfThem,
  cleanWords,
  contradictionOf,
  countsOf,
  filtered,
  foldersOf,
  folderWords,
  offersOf,
  promptTag,
  rowOf,
  sorted,
  stepWords,
  syncRequests,
  withParts,
} from '../../javascript/tab/local.mjs';

const local = (path, more = {}) => ({
  path,
  root: '/models/Lora',
  type: 'LORA',
  name: path
    .split('/')
    .pop()
    .replace(/\.\w+$/, ''),
  size_bytes: 1,
  sha256: null,
  autov2: null,
  state: 'identified',
  model_id: 1,
  version_id: 2,
  model_name: null,
  version_name: null,
  base_model: null,
  trained_words: [],
  preview_url: null,
  update: null,
  synced_at: null,
  ...more,
});
const row = (path, more) => rowOf(local(path, more));
const never = () => [];
const names = (rows) => rows.map((one) => one.title);

test('a row knows its absolute path, its folder and what to call it', () => {
  const one = row('styles/ink/brush.safetensors', { model_name: 'Brush' });
  assert.deepEqual(
    [one.id, one.folder, one.file, one.title],
    ['/models/Lora/styles/ink/brush.safetensors', '/models/Lora/styles/ink', 'brush.safetensors', 'Brush'],
  );
  assert.equal(folderWords(one), 'Lora / styles / ink');
  assert.equal(row('a.pt').title, 'a');
  assert.equal(row('a.pt', { root: 'C:/' }).id, 'C:/a.pt');
});

test('every word of a search must be found, in any order and any of the facts', () => {
  const rows = [
    row('a.pt', { model_name: 'Winter Ink', base_model: 'SDXL 1.0' }),
    row('b.pt', { model_name: 'Winter Oil', trained_words: ['inkwell'] }),
    row('ink/c.pt', { model_name: 'Summer' }),
  ];
  const find = (text) => names(filtered(rows, { ...allOfThem(), text }, never));
  assert.deepEqual(find('INK winter'), ['Winter Ink', 'Winter Oil']);
  assert.deepEqual(find('sdxl'), ['Winter Ink']);
  assert.deepEqual(find('ink'), ['Winter Ink', 'Winter Oil', 'Summer']);
  assert.equal(filtered(rows, allOfThem(), never), rows);
});

test('a file is found by its hash or a long beginning of it, not by two letters that are in every hash', () => {
  const rows = [row('a.pt', { sha256: 'abcdef0123456789' }), row('b.pt', { sha256: '0123456789abcdef' })];
  const find = (text) => names(filtered(rows, { ...allOfThem(), text }, never));
  assert.deepEqual(find('ABCDEF0123'), ['a']);
  assert.deepEqual(find('cd'), []);
});

test('a folder has all below it, and nothing of one whose name begins the same', () => {
  const rows = [row('ink/a.pt'), row('ink/old/b.pt'), row('ink2/c.pt'), row('d.pt')];
  assert.deepEqual(names(filtered(rows, { ...allOfThem(), folder: '/models/Lora/ink' }, never)), ['a', 'b']);
});

test('filters of several kinds narrow, values of one kind widen; no base model can be chosen too', () => {
  const rows = [
    row('a.pt', { base_model: 'Pony' }),
    row('b.pt', { state: 'unknown' }),
    row('c.pt', { type: 'VAE', base_model: 'Pony' }),
  ];
  const find = (part, marksOf = never) => names(filtered(rows, { ...allOfThem(), ...part }, marksOf));
  assert.deepEqual(find({ bases: ['Pony', ''] }), ['a', 'b', 'c']);
  assert.deepEqual(find({ bases: [''] }), ['b']);
  assert.deepEqual(find({ bases: ['Pony'], types: ['VAE'] }), ['c']);
  assert.deepEqual(
    find({ states: ['update', 'unknown'] }, (one) => (one.title === 'c' ? ['update'] : [])),
    ['b', 'c'],
  );
  const counts = countsOf(rows, (one) => (one.title === 'c' ? ['update'] : []));
  assert.deepEqual(
    [...counts.states],
    [
      ['identified', 2],
      ['unknown', 1],
      ['update', 1],
    ],
  );
  assert.equal(counts.bases.get(''), 1);
});

test('every order goes both ways and leaves the list it got alone', () => {
  const rows = [row('b.pt', { size_bytes: 5 }), row('A.pt', { size_bytes: 9 }), row('c.pt', { size_bytes: null })];
  assert.deepEqual(names(sorted(rows, { key: 'name', down: false })), ['A', 'b', 'c']);
  assert.deepEqual(names(sorted(rows, { key: 'name', down: true })), ['c', 'b', 'A']);
  assert.deepEqual(names(sorted(rows, { key: 'size', down: false })), ['A', 'b', 'c']);
  assert.deepEqual(names(sorted(rows, { key: 'size', down: true })), ['c', 'b', 'A']);
  assert.deepEqual(names(rows), ['b', 'A', 'c']);
});

test('what is unknown comes after what is known', () => {
  const rows = [row('a.pt'), row('b.pt', { base_model: 'SD 1.5' })];
  assert.deepEqual(names(sorted(rows, { key: 'base', down: false })), ['b', 'a']);
});

test('folders form a tree with the files below counted, each parent right before its children', () => {
  const rows = [row('x/y/a.pt'), row('x/b.pt'), row('x-ray/c.pt'), row('d.pt'), row('e.pt', { root: '/models/VAE' })];
  assert.deepEqual(
    foldersOf(rows).map(({ name, depth, count }) => [name, depth, count]),
    [
      ['Lora', 0, 4],
      ['x-ray', 1, 1],
      ['x', 1, 2],
      ['y', 2, 1],
      ['VAE', 0, 1],
    ],
  );
});

test('roots of the same name are told apart', () => {
  const rows = [row('a.pt'), row('b.pt', { root: '/other/Lora' })];
  assert.deepEqual(
    foldersOf(rows).map(({ name }) => name),
    ['/models/Lora', '/other/Lora'],
  );
});

test('what can be had now, early access and other base models are different offers', () => {
  const version = (id, until = null) => ({
    version_id: id,
    name: `v${id}`,
    base_model: 'Pony',
    published_at: null,
    early_access_until: until,
  });
  const item = (more) => ({
    local: { path: 'a.pt', root: '/models/Lora', model_id: 7, version_id: 2, version_name: 'v2' },
    update: null,
    early_access: [],
    other_base: [],
    ignored: 'none',
    ...more,
  });
  const now = Date.parse('2026-01-01T00:00:00Z');
  const kinds = (more) => offersOf(item(more), now).map(({ kind, version: { version_id: id } }) => `${kind} ${id}`);
  assert.deepEqual(kinds({ update: version(3) }), ['update 3']);
  assert.deepEqual(kinds({ update: version(3, '2026-01-02T00:00:00Z') }), ['early 3']);
  assert.deepEqual(kinds({ update: version(3, '2025-12-31T00:00:00Z') }), ['update 3']);
  assert.deepEqual(kinds({ early_access: [version(4)], other_base: [version(5)] }), ['early 4', 'base 5']);
  assert.deepEqual(kinds({}), []);
  assert.equal(offersOf(item({ update: version(3) }), now)[0].path, '/models/Lora/a.pt');
});

test('a single version can be ignored only where it is the update', () => {
  const version = (id) => ({ version_id: id, name: `v${id}`, base_model: null, published_at: null });
  const item = {
    local: { path: 'a.pt', root: '/m', model_id: 7, version_id: 2, version_name: 'v2' },
    update: version(3),
    early_access: [version(4)],
    other_base: [version(5)],
  };
  const ignored = (how) => offersOf({ ...item, ignored: how }, 0).map((one) => one.ignored);
  assert.deepEqual(ignored('version'), ['version', 'none', 'none']);
  assert.deepEqual(ignored('model'), ['model', 'model', 'model']);
});

test('a file whose content contradicts its folder or its type is told and found', () => {
  const roots = [
    { type: 'LORA', path: '/models/Lora' },
    { type: 'VAE', path: '/models/VAE' },
  ];
  const wrong = rowOf(local('a.pt', { belongs_to: 'VAE' }));
  assert.equal(contradictionOf(wrong, roots), 'folder');
  assert.equal(contradictionOf(rowOf(local('a.pt', { belongs_to: 'LoCon' })), roots), 'type');
  assert.equal(contradictionOf(rowOf(local('a.pt')), roots), null);
  const rows = [wrong, rowOf(local('b.pt'))];
  assert.deepEqual(filtered(rows, { ...allOfThem(), states: ['misplaced'] }, never), [wrong]);
});

test('files are synced again in as few requests as fit, and all of them in one', () => {
  const rows = ['a.pt', 'b.pt'].map((path) => rowOf(local(path)));
  const paths = rows.map((row) => row.id);
  assert.deepEqual(syncRequests(paths, rows), [{ paths, force: true }]);
  assert.deepEqual(syncRequests([paths[0], paths[0]], rows), [{ paths: [paths[0]], force: true }]);
  const many = Array.from({ length: 50_000 }, (_, n) => `/models/Lora/${'橋'.repeat(30)}${n}.safetensors`);
  const requests = syncRequests(many, rows);
  assert.deepEqual(
    requests.flatMap((request) => request.paths),
    many,
  );
  for (const request of requests) assert.ok(Buffer.byteLength(JSON.stringify(request)) < 2 * 1024 * 1024);
  assert.ok(requests.length < 8);
  const all = many.map((path) => rowOf(local(path.replace('/models/Lora/', ''))));
  assert.deepEqual(syncRequests(many, all), [{ force: true }]);
});

test('an update is named from what is here to what there is', () => {
  assert.equal(stepWords('v2', 'v3'), 'v2 → v3');
  assert.equal(stepWords(null, 'v3'), 'v3');
  assert.equal(stepWords('v3', 'v3'), 'v3');
});

test('only models that are called in prompts have a tag', () => {
  assert.equal(promptTag(local('my style_v1.0.safetensors')), '<lora:my style_v1.0:1>');
  assert.equal(promptTag(local('a.pt', { type: 'DoRA' })), '<lora:a:1>');
  assert.equal(promptTag(local('a.pt', { type: 'TextualInversion' })), 'a');
  assert.equal(promptTag(local('a.pt', { type: 'Hypernetwork' })), '<hypernet:a:1>');
  assert.equal(promptTag(local('a.pt', { type: 'Checkpoint' })), '');
});

test('what is sent to the prompt is put behind what stands there, and never twice', () => {
  assert.deepEqual(cleanWords([' ink, ', 'ink', '', 'brush,,']), ['ink', 'brush']);
  assert.equal(withParts('', ['<lora:a:1>', 'ink']), '<lora:a:1>, ink');
  assert.equal(withParts('a cat, \n', ['ink']), 'a cat, ink');
  assert.equal(withParts('a cat, ink ', ['ink']), 'a cat, ink ');
});
