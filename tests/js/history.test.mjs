import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../../javascript/tab/api.mjs';
import { History } from '../../javascript/tab/history.mjs';

const job = (id, state = 'done', more = {}) => ({ id, state, model_name: `Model ${id}`, error: null, ...more });

/** A server with a history in pages; `answers` are given in turn, a failure as a status. */
function bench(...answers) {
  const asked = [];
  const send = async (url, init) => {
    asked.push({ url: url.replace('http://x/', ''), body: init.body ? JSON.parse(init.body) : null, init });
    const answer = answers.shift() ?? { items: [], next_cursor: null, total: 0 };
    if (typeof answer === 'number') return new Response('{}', { status: answer });
    return new Response(JSON.stringify(answer), { status: 200, headers: { 'Content-Type': 'application/json' } });
  };
  let changes = 0;
  const history = new History(new Api('http://x/', send), () => {
    changes += 1;
  });
  return { history, asked, changes: () => changes };
}
const page = (jobs, next_cursor = null, total = jobs.length) => ({ items: jobs, next_cursor, total });
const ids = (history) => history.shown.map(({ id }) => id);

test('pages follow each other without doublets', async () => {
  const { history, asked } = bench(page([job(3), job(2)], 'c1', 3), page([job(2), job(1)], null, 3));
  await history.load();
  await history.more();
  await history.more();
  assert.deepEqual(ids(history), [3, 2, 1]);
  assert.equal(asked.length, 2);
  assert.match(asked[1].url, /cursor=c1/);
});

test('words and state are asked of the server, over all that it keeps', async () => {
  const { history, asked } = bench();
  await history.find(' ink ', 'failed');
  assert.equal(asked[0].url, 'download-history?limit=50&query=ink&state=failed');
});

test('what ends comes to the top, what is begun again leaves, and what does not fit stays out', async () => {
  const { history } = bench(page([job(2), job(1)]), page([job(2), job(1)]));
  await history.load();
  history.note(job(3, 'cancelled'));
  assert.deepEqual([ids(history), history.total], [[3, 2, 1], 3]);
  history.note(job(3, 'queued'));
  assert.deepEqual([ids(history), history.total], [[2, 1], 2]);
  await history.find('', 'done');
  history.note(job(4, 'failed'));
  assert.deepEqual(ids(history), [2, 1]);
});

test('what was cleared in another window leaves this one', async () => {
  const { history, changes } = bench(page([job(2), job(1)]));
  await history.load();
  history.forget([2]);
  assert.deepEqual([ids(history), history.total], [[1], 1]);
  const before = changes();
  history.forget([]);
  assert.equal(changes(), before);
});

test('a failed answer keeps what is here and says so', async () => {
  const { history } = bench(page([job(1)]), 503);
  await history.load();
  await history.load();
  assert.deepEqual(ids(history), [1]);
  assert.equal(history.error?.isUnreachable, true);
});

test('what is cleared is hidden at once and asked for only when it cannot be undone any more', async () => {
  const { history, asked } = bench(page([job(2), job(1)]), { cleared: 1 });
  await history.load();
  const clearing = history.clear([1]);
  assert.deepEqual(ids(history), [2]);
  history.undo(clearing);
  await history.carryOut(clearing);
  assert.deepEqual([ids(history), asked.length], [[2, 1], 1]);
  await history.carryOut(history.clear([1]));
  assert.deepEqual(asked[1].body, { ids: [1], states: [] });
  assert.deepEqual([ids(history), history.total], [[2], 1]);
});

test('clearing all that is loaded names the jobs, so that one that ends meanwhile stays', async () => {
  const { history, asked } = bench(page([job(2), job(1)]), { cleared: 2 });
  await history.load();
  const clearing = history.clearAll(history.shown);
  history.note(job(3));
  assert.deepEqual(ids(history), [3]);
  await history.carryOut(clearing);
  assert.deepEqual(asked[1].body, { ids: [2, 1], states: [] });
  assert.deepEqual(ids(history), [3]);
});

test('clearing more than is loaded names the states, and leaves the failed in their own list', async () => {
  const { history, asked } = bench(
    page([job(2), job(1, 'failed')], 'c1', 900),
    { cleared: 899 },
    page([job(1, 'failed')]),
  );
  await history.load();
  const clearing = history.clearAll(history.shown);
  assert.deepEqual(ids(history), [1]);
  await history.carryOut(clearing);
  assert.deepEqual(asked[1].body, { ids: [], states: ['done', 'cancelled'] });
  assert.deepEqual(ids(history), [1]);
});

test('nothing to clear asks for nothing: an empty list would mean everything', async () => {
  const { history } = bench();
  await history.load();
  assert.equal(history.clearAll(history.shown), null);
});

test('a clearing that the server refuses is shown again', async () => {
  const { history } = bench(page([job(1)]), 503);
  await history.load();
  await assert.rejects(history.carryOut(history.clear([1])));
  assert.deepEqual(ids(history), [1]);
});

test('leaving the page clears what was not undone', async () => {
  const { history, asked } = bench(page([job(1)]), { cleared: 1 });
  await history.load();
  history.clear([1]);
  history.flush();
  assert.equal(asked[1].init.keepalive, true);
});
