import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../../javascript/tab/api.mjs';
import { Library } from '../../javascript/tab/library.mjs';
import { Bus } from '../../javascript/tab/store.mjs';

const local = (number, more = {}) => ({
  path: `m${number}.safetensors`,
  root: '/models',
  type: 'LORA',
  name: `m${number}`,
  size_bytes: 1,
  state: 'identified',
  model_id: number,
  version_id: number * 10,
  trained_words: [],
  update: null,
  ...more,
});
const offer = (number, more = {}) => ({
  local: local(number, { version_name: 'v1' }),
  update: { version_id: number * 10 + 1, name: 'v2', base_model: null, published_at: null, early_access_until: null },
  early_access: [],
  other_base: [],
  ignored: 'none',
  ...more,
});

/** A server with pages by cursor; answers are made when they are asked for. */
function bench(routes) {
  const asked = [];
  const send = async (url, init) => {
    const { pathname, searchParams } = new URL(url, 'http://here');
    const name = pathname.slice(1);
    asked.push({ name, cursor: searchParams.get('cursor'), body: init.body ? JSON.parse(init.body) : null });
    const body = await routes[name]?.(searchParams.get('cursor'), init);
    if (!body) return Response.json({ error: { code: 'internal', message: 'broken' } }, { status: 500 });
    return Response.json(body);
  };
  const bus = new Bus();
  const library = new Library(new Api('/', send), bus);
  const seen = [];
  bus.on('library', () => seen.push(library.rows.length));
  return { library, asked, seen };
}

const pages = (all, size) => (cursor) => {
  const from = Number(cursor ?? 0);
  const next = from + size < all.length ? String(from + size) : null;
  return { items: all.slice(from, from + size), next_cursor: next, total: all.length };
};

test('the first page is shown at once, then the list each time it has doubled, then all of it', async () => {
  const { library, asked, seen } = bench({
    'local-models': pages(
      Array.from({ length: 11 }, (_, n) => local(n)),
      2,
    ),
  });
  await library.load();
  assert.deepEqual(seen, [0, 2, 4, 8, 11]);
  assert.deepEqual(
    asked.map(({ cursor }) => cursor),
    [null, '2', '4', '6', '8', '10'],
  );
  assert.deepEqual([library.loaded, library.loading, library.total], [true, false, 11]);
});

test('what a sync finds shows up while it runs, but not after every file', async () => {
  const { library, asked } = bench({ 'local-models': pages([local(1)], 2) });
  const job = { id: 'a', phase: 'hashing', matched: 0, unmatched: 0, invalid: 0 };
  library.loadedAt = performance.now() - 60_000;
  library.follow(job);
  assert.equal(library.loading, true);
  library.follow({ ...job, matched: 1 });
  await new Promise((done) => {
    library.bus.on('library', () => !library.loading && done());
  });
  assert.equal(asked.length, 1);
  library.follow({ ...job, matched: 2 });
  assert.equal(library.loading, false, 'it has just been read');
  library.loadedAt -= 60_000;
  library.follow(job);
  assert.equal(library.loading, false, 'nothing was found since');
  library.follow({ ...job, matched: 2 });
  assert.equal(library.loading, true);
});

test('an ignored version is gone at once, whatever the list says later', async () => {
  let answer = null;
  const { library } = bench({
    updates: () =>
      answer ? new Promise((done) => answer.push(done)) : { items: [offer(1), offer(2)], next_cursor: null },
    'updates/ignore': () => ({ ignored: [] }),
  });
  await library.loadUpdates();
  answer = [];
  await library.ignore(library.offerForModel(1), 'version', true);
  assert.deepEqual([library.offerForModel(1), library.updateCount, [...library.quiet]], [null, 1, [1]]);
});

test('an answer that was asked for earlier does not replace a later one', async () => {
  const waiting = [];
  const { library } = bench({ updates: () => new Promise((done) => waiting.push(done)) });
  const first = library.loadUpdates();
  const second = library.loadUpdates();
  await new Promise((done) => setImmediate(done));
  waiting[1]({ items: [offer(2)], next_cursor: null });
  await second;
  waiting[0]({ items: [offer(1)], next_cursor: null });
  await first;
  assert.equal(library.offerForModel(1), null);
  assert.equal(library.offerForModel(2)?.version.version_id, 21);
});

test('a reload keeps the old list until the new one is complete', async () => {
  let all = [1, 2, 3].map((n) => local(n));
  const { library, seen } = bench({ 'local-models': (cursor) => pages(all, 2)(cursor) });
  await library.load();
  seen.length = 0;
  all = [1, 2, 3, 4, 5].map((n) => local(n));
  await library.load();
  assert.deepEqual(seen, [3, 5]);
});

test('a file that comes on two pages is one row, and a cursor that repeats ends the list', async () => {
  const { library } = bench({
    'local-models': (cursor) => ({ items: [local(1), local(cursor ? 2 : 3)], next_cursor: 'again', total: 9 }),
  });
  await library.load();
  assert.deepEqual(library.rows.map((row) => row.name).sort(), ['m1', 'm2', 'm3']);
  assert.equal(library.total, 3);
});

test('a failure leaves what is known and says why', async () => {
  let broken = false;
  const { library } = bench({
    'local-models': () => (broken ? null : { items: [local(1)], next_cursor: null, total: 1 }),
  });
  await library.load();
  broken = true;
  await library.load();
  assert.deepEqual([library.rows.length, library.error?.code, library.loading], [1, 'internal', false]);
  broken = false;
  await library.load();
  assert.equal(library.error, null);
});

test('without the list of updates the rows say what they know; with it the list counts', async () => {
  let list = null;
  const row = local(1, { update: { version_id: 99, name: 'old news' } });
  const { library } = bench({
    'local-models': () => ({ items: [row, local(2)], next_cursor: null, total: 2 }),
    updates: () => list,
  });
  await library.load();
  await library.loadUpdates();
  assert.equal(library.updateOf(library.rows[0])?.name, 'old news');
  assert.equal(library.updateCount, 1);
  list = { items: [offer(2)], next_cursor: null };
  await library.loadUpdates();
  assert.equal(library.updateOf(library.rows[0]), null);
  assert.equal(library.updateOf(library.rows[1])?.version_id, 21);
  assert.equal(library.offerForModel(2)?.from, 'v1');
});

test('ignored updates and early access do not count, and a version that is wanted twice counts once', async () => {
  const later = '2999-01-01T00:00:00Z';
  const items = [
    offer(1),
    offer(1, { local: local(1, { path: 'copy.safetensors' }) }),
    offer(2, { ignored: 'model' }),
    offer(3, { ignored: 'version' }),
    offer(4, { update: { ...offer(4).update, early_access_until: later } }),
  ];
  const { library } = bench({ updates: pages(items, 2) });
  await library.loadUpdates();
  assert.equal(library.updateCount, 1);
  assert.deepEqual([...library.quiet].sort(), [2, 3]);
});

test('a version or a whole model is ignored, and the list is asked for again', async () => {
  const { library, asked } = bench({
    updates: () => ({ items: [offer(1)], next_cursor: null }),
    'updates/ignore': () => ({ ignored: [] }),
    'updates/unignore': () => ({ ignored: [] }),
  });
  await library.loadUpdates();
  const [found] = library.offers.get('/models/m1.safetensors');
  asked.length = 0;
  await library.ignore(found, 'version', true);
  await library.ignore(found, 'model', false);
  assert.deepEqual(
    asked.filter(({ body }) => body).map(({ name, body }) => [name, body]),
    [
      ['updates/ignore', { model_id: 1, version_id: 11 }],
      ['updates/unignore', { model_id: 1, version_id: null }],
    ],
  );
  assert.equal(asked.filter(({ name }) => name === 'updates').length, 2);
});

test('a newer version that lies beside the older file is no update any more', async () => {
  const update = { version_id: 20, name: 'v2' };
  const rows = [local(1, { update }), local(2)];
  const { library } = bench({ 'local-models': () => ({ items: rows, next_cursor: null, total: 2 }) });
  await library.load();
  assert.equal(library.updateOf(library.rows[0]), null);
  assert.equal(library.updateCount, 0);
});
