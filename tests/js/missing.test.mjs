import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoded, firstOf, kindOf, MOST_PICTURE, refusalOf } from '../../javascript/tab/dropped.mjs';
import { Look } from '../../javascript/tab/look.mjs';
import { Bus } from '../../javascript/tab/store.mjs';
import {
  aboutOf,
  downloadable,
  factsOf,
  inState,
  itemsOf,
  nameOf,
  nowOf,
  sizeOf,
  summaryOf,
} from '../../javascript/tab/wanted.mjs';
import './support/english.mjs';

const candidate = (more = {}) => ({
  model_id: 1,
  version_id: 10,
  file_id: 100,
  model_name: 'Model',
  version_name: 'v1',
  base_model: 'Pony',
  filename: 'model_v1.safetensors',
  size_bytes: 1024,
  early_access_until: null,
  page_url: 'https://civitai.com/models/1',
  match: 'hash',
  refusal: null,
  ...more,
});
const wanted = (more = {}) => ({
  kind: 'lora',
  name: 'model_v1',
  weight: 0.7,
  base_model: 'Pony',
  fits: null,
  state: 'found',
  path: null,
  reason: null,
  candidates: [candidate()],
  ...more,
});
const nothing = () => ({ job: null, isAsked: false });
const job = (more) => () => ({ job: { bytes_done: 0, bytes_total: 0, target_path: null, ...more }, isAsked: false });

test('what was found is downloaded by its file, and without a choice nothing ambiguous', () => {
  const both = { state: 'ambiguous', candidates: [candidate(), candidate({ version_id: 11, file_id: null })] };
  const list = [nowOf(wanted(), 0, undefined, nothing), nowOf(wanted(both), 1, undefined, nothing)];
  assert.deepEqual(itemsOf(list), [{ version_id: 10, file_id: 100 }]);
  list[1] = nowOf(wanted(both), 1, 1, nothing);
  assert.deepEqual(itemsOf(list), [{ version_id: 10, file_id: 100 }, { version_id: 11 }]);
});

test('what is refused, here or under way is not fetched again', () => {
  const refused = wanted({ candidates: [candidate({ refusal: 'Early access.' })] });
  const list = [
    nowOf(refused, 0, undefined, nothing),
    nowOf(wanted({ state: 'here', path: '/a', candidates: [] }), 1, undefined, nothing),
    nowOf(wanted(), 2, undefined, job({ state: 'downloading' })),
    nowOf(wanted(), 3, undefined, job({ state: 'done' })),
    nowOf(wanted(), 4, undefined, () => ({ job: null, isAsked: true })),
  ];
  assert.deepEqual(downloadable(list), []);
});

test('a line follows its download and moves to what is here', () => {
  const at = (more) => nowOf(wanted(), 0, undefined, job(more));
  assert.match(at({ state: 'downloading', bytes_done: 43, bytes_total: 100 }).busy, /43 %/);
  assert.equal(at({ state: 'downloading', bytes_done: 43, bytes_total: 100 }).done, 43);
  assert.equal(at({ state: 'queued' }).busy, 'Queued');
  assert.deepEqual([at({ state: 'done', target_path: '/m/x.pt' }).state, at({ state: 'done' }).busy], ['here', '']);
  assert.equal(at({ state: 'done', target_path: '/m/x.pt' }).path, '/m/x.pt');
  assert.equal(at({ state: 'failed' }).failed, 'Failed');
  assert.equal(downloadable([at({ state: 'failed' })]).length, 1, 'it can be tried again');
});

test('the sum says when a size is not known', () => {
  const now = (size) => nowOf(wanted({ candidates: [candidate({ size_bytes: size })] }), 0, undefined, nothing);
  assert.equal(sizeOf([now(1024), now(1024)]), '2.0 kB');
  assert.equal(sizeOf([now(1024), now(null)]), 'at least 1.0 kB');
  assert.equal(sizeOf([now(null)]), 'size unknown');
});

test('the summary names what there is', () => {
  const list = [
    nowOf(wanted(), 0, undefined, nothing),
    nowOf(wanted({ state: 'unknown', candidates: [] }), 1, undefined, nothing),
  ];
  assert.equal(summaryOf(list), '1 found on CivitAI · 1 unknown');
  assert.equal(inState(list, 'unknown').length, 1);
});

test('nothing is said twice', () => {
  assert.equal(aboutOf(wanted()), 'LoRA · weight 0.7 · Pony');
  assert.equal(factsOf(candidate(), wanted()), '1.0 kB');
  assert.equal(
    factsOf(candidate({ base_model: 'SD 1.5' }), wanted({ name: 'other' })),
    'model_v1.safetensors · 1.0 kB · SD 1.5',
  );
  assert.equal(nameOf(candidate({ model_name: '', version_name: '' })), '#10');
});

test('files are taken by what they are', () => {
  const file = (name, type = '', size = 1) => ({ name, type, size });
  assert.equal(kindOf(file('a.PNG')), 'picture');
  assert.equal(kindOf(file('x', 'image/webp')), 'picture');
  assert.equal(kindOf(file('flow.json')), 'text');
  assert.equal(kindOf(file('model.safetensors', 'application/octet-stream')), null);
  assert.equal(kindOf(file('x.svg', 'image/svg+xml')), null);
  assert.equal(refusalOf(file('a.png')), null);
  assert.equal(refusalOf(file('a.png', '', MOST_PICTURE + 1)).code, 'too_large');
  assert.equal(refusalOf(file('a.exe')).code, 'unreadable_picture');
});

test('files come before texts, and nothing is nothing', () => {
  const data = (files, texts) => ({ files, getData: (kind) => texts[kind] ?? '' });
  assert.equal(firstOf(data(['file'], { 'text/plain': 'x' })), 'file');
  assert.equal(
    firstOf(data([], { 'text/uri-list': ' https://civitai.com/models/1 ' })),
    'https://civitai.com/models/1',
  );
  assert.equal(firstOf(data([], {})), null);
  assert.equal(firstOf(null), null);
});

test('a later look replaces an earlier one that is still under way', async () => {
  const asked = [];
  const api = {
    post: (path, body, { signal }) =>
      new Promise((resolve, reject) => {
        asked.push({ path, body, resolve });
        signal.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError')));
      }),
  };
  const look = new Look(/** @type {any} */ (api), new Bus());
  const given = (text) => ({ text, file: null, name: '', url: '' });
  const first = look.look(given('one'));
  await new Promise(setImmediate); // until it is asked for
  const second = look.look(given('two'));
  await new Promise(setImmediate);
  asked[1].resolve({ resources: [] });
  await Promise.all([first, second]);
  assert.equal(look.phase, 'ready');
  assert.deepEqual(
    asked.map(({ body }) => body),
    [{ text: 'one' }, { text: 'two' }],
  );
  look.forget();
  assert.deepEqual([look.phase, look.answer], ['idle', null]);
});

test('a failure is kept until it is tried again', async () => {
  const api = { post: () => Promise.reject(new Error('no')) };
  const look = new Look(/** @type {any} */ (api), new Bus());
  await look.look({ text: 'a', file: null, name: '', url: '' });
  assert.equal(look.phase, 'failed');
  api.post = () => Promise.resolve({ resources: [] });
  look.again();
  assert.equal(look.phase, 'looking');
});

test('what is shown is asked for again when files came or went, and choices stay', async () => {
  const one = (version_id) => ({ version_id, file_id: 1 });
  const thing = (name, state, candidates) => ({ kind: 'lora', name, state, candidates });
  const answers = [
    { failure: null, resources: [thing('a', 'here', []), thing('b', 'ambiguous', [one(1), one(2)])] },
    { failure: null, resources: [thing('b', 'ambiguous', [one(2), one(1)]), thing('a', 'found', [one(3)])] },
    { failure: { code: 'offline' }, resources: [thing('b', 'unknown', []), thing('a', 'here', [])] },
  ];
  const done = ['first'];
  const api = { post: async () => answers.shift() ?? Promise.reject(new Error('no')) };
  const look = new Look(/** @type {any} */ (api), new Bus(), () => done);
  await look.refresh();
  assert.equal(answers.length, 3, 'nothing was asked before');
  await look.look({ text: 'x', file: null, name: '', url: '' });
  assert.deepEqual([...look.settled], ['first']);
  look.choose(1, 1);
  done.push('second');
  await look.refresh();
  assert.deepEqual([...look.chosen], [[0, 0]]);
  assert.deepEqual([...look.settled], ['first', 'second']);
  await look.refresh();
  assert.deepEqual(
    look.answer?.resources.map(({ state }) => state),
    ['ambiguous', 'here'],
    'what CivitAI said is not forgotten while it is away',
  );
  await look.refresh();
  assert.equal(look.phase, 'ready');
  assert.equal(look.answer?.resources.length, 2);
});

test('a picture is read when it is sent, and one that is gone says so', async () => {
  const sent = [];
  const api = { post: async (_path, body) => sent.push(body) && { resources: [], failure: null } };
  const look = new Look(/** @type {any} */ (api), new Bus());
  globalThis.FileReader = /** @type {any} */ (
    class extends EventTarget {
      readAsDataURL(file) {
        this.result = `data:image/png;base64,${file.content}`;
        this.error = new Error('gone');
        this.dispatchEvent(new Event(file.content ? 'load' : 'error'));
      }
    }
  );
  const picture = (content) => ({ text: '', file: /** @type {any} */ ({ content }), name: 'a.png', url: '' });
  await look.look(picture('YQ=='));
  assert.deepEqual(sent, [{ image: 'YQ==' }]);
  await look.look(picture(''));
  assert.deepEqual([look.phase, look.error?.code, look.error?.hint], ['failed', 'unreadable_picture', 'gone']);
  delete (/** @type {any} */ (globalThis).FileReader);
});

test('text files are read as Windows writes them', () => {
  const bytes = (/** @type {number[]} */ ...all) => new Uint8Array(all).buffer;
  assert.equal(decoded(bytes(0xff, 0xfe, 0x61, 0, 0xe4, 0)), 'aä');
  assert.equal(decoded(bytes(0xef, 0xbb, 0xbf, 0x61)), 'a');
  assert.equal(decoded(bytes()), '');
});
