import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSamePicture } from '../../javascript/tab/cdn.mjs';
import { actionOf, labelOf, markOf, namesOf, noteOf, sinceThen } from '../../javascript/tab/chiplook.mjs';
import { isIn, putIn, takenOut } from '../../javascript/tab/hostprompt.mjs';
import { differences, guesses, isSame } from '../../javascript/tab/send.mjs';
import { differenceLines, differenceWords, guessWords } from '../../javascript/tab/sendpanel.mjs';
import './support/english.mjs';

const HELD = {
  checkpoint: 'a.safetensors',
  vae: 'Automatic',
  modules: [],
  preset: 'xl',
  clip_skip: 1,
  modules_element: null,
};
const LORA = {
  kind: 'lora',
  name: 'A style',
  state: 'here',
  weight: 0.8,
  tag: 'local',
  insert: '<lora:local:0.8>',
  path: '/models/local.safetensors',
  names: ['Theirs'],
  fits: true,
  model_id: 1,
  version_id: 2,
  file_id: 3,
  size_bytes: 2048,
  base_model: 'SDXL 1.0',
  words: [],
};
const MISSING = { ...LORA, state: 'missing', path: null };

/** @param {object} [more] */
function now(more = {}) {
  return { resource: LORA, isIn: false, hasPrompt: true, state: '', done: 0, ...more };
}

test('a tag goes with its comma, whatever its weight and wherever it stands', () => {
  const names = ['one.v1 (x)'];
  const cases = [
    ['a, <lora:one.v1 (x):0.8>, b', 'a, b'],
    ['a <lora:ONE.v1 (x):1:0.5> b', 'a b'],
    ['<lora:one.v1 (x):1>, a', 'a'],
    ['a, <lora:one.v1 (x)>', 'a'],
    ['a, <lora:one.v1 (x):1> b', 'a, b'],
    ['a <lora:one.v1 (x):1>, b', 'a, b'],
    ['a,\n<lora:one.v1 (x):1>,\nb', 'a,\n\nb'],
    ['a, <lora:one.v1 (x)2:1>, b', 'a, <lora:one.v1 (x)2:1>, b'],
    ['<lora:one.v1 (x):1>', ''],
    ['a, <lora:one.v1 (x):1>, <lora:one.v1 (x):2>, b', 'a, b'],
  ];
  for (const [prompt, left] of cases) assert.equal(takenOut(prompt, 'lora', names), left, prompt);
});

test('an embedding goes as a word or in brackets with a weight, and never as a part of a word', () => {
  const cases = [
    ['bad, easyneg, worse', 'bad, worse'],
    ['bad, (EasyNeg:1.2), worse', 'bad, worse'],
    ['easynegative, easyneg', 'easynegative'],
    ['not-easyneg', 'not-easyneg'],
  ];
  for (const [prompt, left] of cases) assert.equal(takenOut(prompt, 'embedding', ['easyneg']), left, prompt);
  assert.equal(isIn('easyneg', 'embedding', []), false);
});

test('what is put in stands once, in place of what it was called before', () => {
  const what = { insert: '<lora:local:0.8>', names: ['local', 'Theirs'] };
  assert.equal(putIn('a cat, ', 'lora', what), 'a cat, <lora:local:0.8>');
  assert.equal(putIn('', 'lora', what), '<lora:local:0.8>');
  assert.equal(putIn('a, <lora:theirs:1>, b', 'lora', what), 'a, b, <lora:local:0.8>');
  const there = putIn('a', 'lora', what);
  assert.equal(putIn(there, 'lora', what), there);
  assert.equal(takenOut(there, 'lora', what.names), 'a');
});

test('numbers and texts are compared as fields show them', () => {
  assert.ok(isSame(7, '7.0'));
  assert.ok(isSame('a\nb', ' a\r\nb'));
  assert.ok(!isSame(0, ''));
  assert.ok(!isSame(7, null));
});

test('what the host took differently, cannot take or does not have is said', () => {
  const fields = [
    { name: 'steps', wanted: 20, value: 20, problem: null, guessed_for: null },
    { name: 'cfg', wanted: 7, value: 7, problem: null, guessed_for: null },
    { name: 'sampler', wanted: 'UniPC', value: null, problem: 'not_here', guessed_for: null },
    { name: 'checkpoint', wanted: 'a', value: 'a.safetensors', problem: null, guessed_for: null },
    { name: 'clip_skip', wanted: 2, value: 2, problem: null, guessed_for: null },
    { name: 'vae', wanted: 'v', value: 'v.safetensors', problem: null, guessed_for: null },
    { name: 'seed', wanted: 1, value: 1, problem: null, guessed_for: null },
  ];
  const shown = { steps: '20', cfg: '5' };
  const found = differences(fields, (name) => shown[name] ?? null, ['Clip skip: 2', 'VAE: v.safetensors'], HELD);
  assert.deepEqual(found, [
    { name: 'cfg', wanted: 7, got: '5', reason: 'differs', base: null },
    { name: 'sampler', wanted: 'UniPC', got: null, reason: 'not_here', base: null },
    { name: 'seed', wanted: 1, got: null, reason: 'no_field', base: null },
  ]);
});

test('a checkpoint that the host did not load is no missing field', () => {
  const field = { name: 'checkpoint', wanted: 'a', value: 'a.safetensors', problem: null, guessed_for: null };
  const found = differences([field], () => null, [], { ...HELD, checkpoint: null });
  assert.deepEqual(found.map(differenceWords), ['Checkpoint: a.safetensors was wanted, the WebUI has nothing']);
});

test('text encoders count in any order', () => {
  const value = ['ae.safetensors', 'clip_l.safetensors'];
  const field = { name: 'modules', wanted: ['ae', 'clip_l'], value, problem: null, guessed_for: null };
  const read = () => null;
  const held = { ...HELD, modules: ['clip_l.safetensors', 'ae.safetensors'] };
  assert.deepEqual(differences([field], read, [], held), []);
  assert.equal(differences([field], read, [], HELD)[0].reason, 'differs');
});

test('text encoders of the second pass are read off their own field', () => {
  const value = ['ae.safetensors', 'clip_l.safetensors'];
  const field = { name: 'hires_modules', wanted: ['ae', 'clip_l'], value, problem: null, guessed_for: null };
  assert.deepEqual(
    differences([field], () => [...value].reverse(), [], HELD),
    [],
  );
  const found = differences([field], () => ['Use same choices'], [], HELD);
  assert.deepEqual(found.map(differenceWords), [
    'Hires VAE / text encoders: ae.safetensors, clip_l.safetensors was wanted, the WebUI has Use same choices',
  ]);
  const none = { ...field, wanted: [], value: [] };
  assert.deepEqual(
    differences([none], () => [], [], HELD),
    [],
  );
  assert.equal(differences([none], () => '', [], HELD)[0].reason, 'differs');
});

test('a guess is said with its reason, and what it lacks', () => {
  const flux = { name: 'modules', problem: null, guessed_for: 'Flux.1 D' };
  const fields = [
    { name: 'preset', wanted: 'flux', value: 'flux', problem: null, guessed_for: 'Flux.1 D' },
    { ...flux, wanted: ['t5xxl'], value: null, problem: 'unclear' },
    { ...flux, wanted: ['clip_l'], value: null, problem: 'not_here' },
    { ...flux, wanted: ['clip_l', 't5xxl', 'ae'], value: ['ae.safetensors'] },
    { name: 'steps', wanted: 20, value: 20, problem: null, guessed_for: null },
  ];
  assert.deepEqual(guesses(fields).map(guessWords), [
    'Preset: flux, since the checkpoint is for Flux.1 D',
    'VAE / text encoders: ae.safetensors, since Flux.1 D needs clip_l, t5xxl, ae',
  ]);
  assert.equal(
    guessWords({ name: 'modules', wanted: [], value: [], problem: null, guessed_for: 'SDXL 1.0' }),
    'VAE / text encoders: nothing, since a checkpoint for SDXL 1.0 brings its own',
  );
  const held = { ...HELD, preset: 'flux', modules: ['ae.safetensors'] };
  assert.deepEqual(differences(fields, () => '20', [], held).map(differenceWords), [
    'VAE / text encoders: Flux.1 D needs t5xxl, and several files here are that: choose one',
    'VAE / text encoders: Flux.1 D needs clip_l, which is not installed here',
  ]);
});

test('a chip does what can be done', () => {
  assert.equal(actionOf(now()), 'toggle');
  assert.equal(actionOf(now({ hasPrompt: false })), 'none');
  assert.equal(actionOf(now({ resource: MISSING })), 'download');
  assert.equal(actionOf(now({ resource: MISSING, state: 'Queued' })), 'watch');
  assert.equal(actionOf(now({ resource: { ...MISSING, state: 'unknown' } })), 'none');
  assert.deepEqual([markOf(now()), markOf(now({ isIn: true }))], ['plus', 'check']);
});

test('a chip says what it is for', () => {
  assert.equal(labelOf(now()), 'Put A style into the prompt');
  assert.equal(labelOf(now({ resource: MISSING })), 'Download A style, 2.0 kB');
  const wrong = { ...LORA, state: 'wrong_base', fits: false, base_model: 'SD 1.5' };
  assert.match(labelOf(now({ resource: wrong })), /into the prompt\. It is for SD 1\.5/);
  assert.equal(noteOf(wrong), 'for SD 1.5 · 0.8');
  assert.equal(noteOf(MISSING), 'LoRA · 2.0 kB');
});

test('a missing one is here once its download is done, under the name of its file', () => {
  const job = { state: 'done', target_path: 'C:\\models\\Lora\\new name.v2.safetensors', filename: null };
  const arrived = sinceThen(MISSING, job);
  assert.deepEqual([arrived.state, arrived.insert], ['here', '<lora:new name.v2:0.8>']);
  assert.deepEqual(namesOf(arrived), ['new name.v2', 'Theirs']);
  assert.equal(sinceThen(MISSING, { ...job, state: 'failed' }), MISSING);
  assert.equal(sinceThen({ ...MISSING, kind: 'checkpoint' }, job).insert, null);
});

test('a picture is the same in every size', () => {
  const id = '0a1b2c3d-1111-4222-8333-444455556666';
  const base = `https://image.civitai.com/xG1/${id}`;
  assert.ok(isSamePicture(`${base}/original=true/5.jpeg`, `${base}/width=450/other.jpeg`));
  assert.ok(!isSamePicture(`${base}/original=true/5.jpeg`, 'https://image.civitai.com/xG1/x/5.jpeg'));
});

test('fields that a tab of the host does not have share a line where they are many', () => {
  const absent = (name) => ({ name, wanted: 1, got: null, reason: 'no_field', base: null });
  const other = { name: 'sampler', wanted: 'Euler', got: null, reason: 'not_here', base: null };
  assert.equal(differenceLines([absent('hires_steps'), other]).length, 2);
  const many = ['hires_steps', 'hires_scale', 'hires_cfg', 'hires_prompt'].map(absent);
  const lines = differenceLines([...many, other]);
  assert.equal(lines.length, 2);
  assert.match(lines[0], /Euler is not installed here/);
  assert.match(lines[1], /Hires steps, .*Hires CFG/);
});
