import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { ApiError } from '../../javascript/tab/api.mjs';
import { emptyFilters } from '../../javascript/tab/filters.mjs';
import { MOST_HELD, Searcher } from '../../javascript/tab/searcher.mjs';
import { Session } from '../../javascript/tab/session.mjs';

/** @type {import('node:http').Server} */
let server;
let base = '';
/** Bodies that were asked with, oldest first, and how each is answered. */
let asked = [];
let answer = (_body, _response) => {};

const card = (id) => ({ id, name: `model ${id}` });
const reply = (response, data, status = 200, headers = {}) =>
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(data));
const page = (ids, next_cursor = null) => ({ items: ids.map(card), next_cursor, source: 'network' });

before(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const body = JSON.parse(text);
      asked.push(body);
      answer(body, response);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${server.address().port}/`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
});

function fresh() {
  const searcher = new Searcher(new Session(base));
  const until = (phase) =>
    new Promise((resolve) => {
      const look = () => searcher.phase === phase && resolve();
      searcher.changed = look;
      look();
    });
  return { searcher, until };
}
const ids = (searcher) => searcher.results.items.map(({ id }) => id);

test('pages follow each other by cursor, and a repeated model is shown once', async () => {
  answer = (body, response) => reply(response, body.cursor ? page([2, 3]) : page([1, 2], 'next'));
  const { searcher, until } = fresh();
  searcher.show(emptyFilters());
  await until('ready');
  await searcher.more();
  assert.deepEqual(ids(searcher), [1, 2, 3]);
  assert.equal(searcher.results.complete, true);
  assert.equal(asked[1].cursor, 'next');
});

test('an empty week is widened to a month and to all time before it is called empty', async () => {
  answer = (body, response) => reply(response, page(body.period === 'AllTime' ? [7] : []));
  const { searcher, until } = fresh();
  searcher.show(emptyFilters());
  await until('ready');
  assert.deepEqual(
    asked.map(({ period }) => period),
    ['Week', 'Month', 'AllTime'],
  );
  assert.deepEqual(ids(searcher), [7]);
});

test('the answer to an older question never replaces the newer one', async () => {
  let release = () => {};
  answer = (body, response) => {
    if (body.query === 'old') release = () => reply(response, page([1]));
    else reply(response, page([2]));
  };
  const { searcher, until } = fresh();
  searcher.show({ ...emptyFilters(), text: 'old' });
  while (asked.length < 1) await new Promise((resolve) => setImmediate(resolve));
  searcher.show({ ...emptyFilters(), text: 'new' });
  await until('ready');
  release();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(ids(searcher), [2]);
});

test('a search left from deep inside is shown again as it was, without asking; one at its start is not kept', async () => {
  answer = (body, response) => reply(response, body.query ? page([9]) : page(body.cursor ? [3, 4] : [1, 2], 'next'));
  const { searcher, until } = fresh();
  searcher.show(emptyFilters());
  await until('ready');
  searcher.show({ ...emptyFilters(), text: 'sky' });
  await until('ready');
  assert.equal(searcher.goBack(), null);
  searcher.show(emptyFilters());
  await until('ready');
  await searcher.more();
  const place = { id: 3, index: 2, offset: -7 };
  searcher.place = place;
  searcher.show({ ...emptyFilters(), text: 'sk' });
  searcher.show({ ...emptyFilters(), text: 'sky' });
  await until('ready');
  assert.deepEqual(ids(searcher), [9]);
  const before = asked.length;
  assert.deepEqual(searcher.goBack(), place);
  assert.deepEqual([ids(searcher), searcher.filters.text, searcher.phase], [[1, 2, 3, 4], '', 'ready']);
  assert.equal(searcher.goBack(), null);
  assert.equal(asked.length, before);
});

test('the same filters are not asked for again', async () => {
  answer = (_body, response) => reply(response, page([1]));
  const { searcher, until } = fresh();
  searcher.show(emptyFilters());
  await until('ready');
  searcher.show(emptyFilters());
  assert.equal(asked.length, 1);
});

test('a failure keeps the old results and says when it will be tried again', async () => {
  answer = (body, response) =>
    body.query
      ? reply(response, { error: { code: 'rate_limited', message: 'Wait.', hint: '' } }, 429, { 'Retry-After': '9' })
      : reply(response, page([1, 2]));
  const { searcher, until } = fresh();
  searcher.show(emptyFilters());
  await until('ready');
  const before = Date.now();
  searcher.show({ ...emptyFilters(), text: 'sky' });
  await until('failed');
  assert.deepEqual(ids(searcher), [1, 2]);
  assert.equal(searcher.error.code, 'rate_limited');
  assert.ok(searcher.againAt >= before + 9000 && searcher.againAt <= Date.now() + 9000);
});

test('a failure that time does not heal is not tried again by itself', async () => {
  answer = (_body, response) => reply(response, { error: { code: 'region_blocked', message: 'No.', hint: '' } }, 451);
  const { searcher, until } = fresh();
  searcher.show(emptyFilters());
  await until('failed');
  assert.equal(searcher.againAt, 0);
});

test('a later page that fails leaves the list as it is and can be asked for again', async () => {
  let broken = true;
  answer = (body, response) => {
    if (!body.cursor) reply(response, page([1], 'next'));
    else if (broken) reply(response, { error: { code: 'civitai_down', message: 'Down.', hint: '' } }, 503);
    else reply(response, page([2]));
  };
  const { searcher, until } = fresh();
  searcher.show(emptyFilters());
  await until('ready');
  searcher.moreByItself();
  await until('more-failed');
  searcher.moreByItself();
  assert.equal(asked.length, 2);
  broken = false;
  searcher.retry();
  await until('ready');
  assert.deepEqual(ids(searcher), [1, 2]);
});

test('where a setting wants it the next page comes only when it is asked for', async () => {
  answer = (body, response) => reply(response, body.cursor ? page([2]) : page([1], 'next'));
  const { searcher, until } = fresh();
  const { config } = searcher.session;
  config.set({ ...config.value, infiniteScroll: false });
  searcher.show(emptyFilters());
  await until('ready');
  searcher.moreByItself();
  assert.deepEqual([searcher.phase, searcher.scrollsOn, asked.length], ['ready', false, 1]);
  await searcher.more();
  assert.deepEqual(ids(searcher), [1, 2]);
});

test('a cancelled search ends at once and can be started again', async () => {
  answer = () => {};
  const { searcher, until } = fresh();
  searcher.show(emptyFilters());
  searcher.cancel();
  assert.equal(searcher.phase, 'cancelled');
  answer = (_body, response) => reply(response, page([5]));
  searcher.retry();
  await until('ready');
  assert.deepEqual(ids(searcher), [5]);
});

test('at rest a search sends nothing more, and its filters are asked for anew when they come back', async () => {
  let release = () => {};
  answer = (_body, response) => {
    release = () => reply(response, page([]));
  };
  const { searcher, until } = fresh();
  searcher.show(emptyFilters());
  while (asked.length < 1) await new Promise((resolve) => setImmediate(resolve));
  searcher.rest();
  release();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(asked.length, 1, 'an empty week must not be widened by nobody');
  answer = (_body, response) => reply(response, page([5]));
  searcher.show(emptyFilters());
  await until('ready');
  assert.deepEqual(ids(searcher), [5]);
});

test('the picture of a model is asked for once, one model at a time, and not at rest', async () => {
  const session = new Session(base);
  const gets = [];
  session.api.get = async (path) => {
    gets.push(path);
    const id = Number(path.split('/')[1]);
    await new Promise((resolve) => setImmediate(resolve));
    if (id === 3) throw new ApiError('not_found', 'Gone.', { status: 404 });
    return { id, preview: { url: `http://x/${id}` } };
  };
  const both = [session.previewOf(1), session.previewOf(2), session.previewOf(1), session.previewOf(3)];
  await Promise.resolve();
  assert.deepEqual(gets, ['model/1']);
  assert.deepEqual(
    (await Promise.all(both)).map((picture) => picture?.url ?? null),
    ['http://x/1', 'http://x/2', 'http://x/1', null],
  );
  assert.equal(await session.previewOf(3), null);
  session.rest();
  assert.equal(await session.previewOf(4), null);
  assert.deepEqual(gets, ['model/1', 'model/2', 'model/3']);
});

test('a search that was left comes back as it was without being asked for, and so does the one after it', async () => {
  answer = (body, response) => reply(response, page([body.query === 'two' ? 2 : 1]));
  const { searcher, until } = fresh();
  const [one, two] = ['one', 'two'].map((text) => ({ ...emptyFilters(), text }));
  searcher.show(one);
  await until('ready');
  searcher.scrollTop = 900;
  searcher.activeId = 1;
  const { results } = searcher;
  searcher.show(two);
  searcher.bringBack(one); // before the other has come
  assert.equal(searcher.results, results);
  searcher.show(two);
  await until('ready');
  assert.deepEqual([ids(searcher), searcher.scrollTop, searcher.activeId], [[2], 0, null]);
  const before = asked.length;
  searcher.bringBack(one);
  assert.deepEqual([searcher.results, searcher.scrollTop, searcher.activeId], [results, 900, 1]);
  searcher.bringBack(two);
  assert.deepEqual([ids(searcher), searcher.phase, asked.length], [[2], 'ready', before]);
});

test('so many searches are kept, and the first one is asked for again', async () => {
  answer = (_body, response) => reply(response, page([1]));
  const { searcher, until } = fresh();
  for (let n = 0; n <= MOST_HELD + 1; n += 1) {
    searcher.show({ ...emptyFilters(), text: `search ${n}` });
    await until('ready');
  }
  assert.equal(searcher.held.length, MOST_HELD);
  const before = asked.length;
  searcher.bringBack({ ...emptyFilters(), text: 'search 0' });
  await until('ready');
  assert.equal(asked.length, before + 1);
});
