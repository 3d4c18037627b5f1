import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../../javascript/tab/api.mjs';
import { JobBook } from '../../javascript/tab/jobs.mjs';
import { countWords, figures, measure, stateText, totalFigures, untilWords } from '../../javascript/tab/jobwords.mjs';
import { Queue } from '../../javascript/tab/queue.mjs';
import { moveTo } from '../../javascript/tab/queueorder.mjs';
import { Bus } from '../../javascript/tab/store.mjs';
import './support/english.mjs';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const job = (id, state, more = {}) => ({
  id,
  state,
  version_id: id,
  file_id: null,
  model_name: `Model ${id}`,
  bytes_done: 0,
  bytes_total: null,
  waiting: null,
  error: null,
  updated_at: '2026-11-20T12:00:00Z',
  ...more,
});

function bench(answer) {
  const asked = [];
  const changed = [];
  const send = async (url, init) => {
    const path = url.replace('http://x/', '');
    asked.push([path, init.body ? JSON.parse(init.body) : null]);
    const { status = 200, ...body } = answer(path, asked.at(-1)[1]);
    return new Response(JSON.stringify(body), { status });
  };
  const bus = new Bus();
  const queue = new Queue(new Api('http://x/', send), bus, {
    changed: (one, from) => changed.push([one.id, from, one.state]),
    here: () => {},
    ask: () => {},
  });
  return { queue, bus, asked, changed };
}

test('one call asks for a download with all its choices, and tells whether the page knew it already', async () => {
  const { queue, asked } = bench(() => ({ job: job(1, 'queued') }));
  const wish = { versionId: 7, fileId: 70, choice: { folder: 'x', priority: 'high' } };
  assert.equal((await queue.download(wish)).known, false);
  assert.equal((await queue.download(wish)).known, true);
  const body = { version_id: 7, folder: 'x', priority: 'high', file_id: 70 };
  assert.deepEqual(asked, [
    ['download', body],
    ['download', body],
  ]);
  assert.equal(queue.isAsked(7, 70), false);
});

test('a job that the poller heard of before the answer came is no news from elsewhere', async () => {
  const { queue } = bench(() => {
    queue.jobs.put(job(1, 'queued'));
    return { job: job(1, 'queued') };
  });
  assert.equal((await queue.download({ versionId: 7, fileId: null })).known, false);
});

test('while an answer is awaited a row says what was asked, and afterwards no more', async () => {
  const { queue, bus } = bench(() => ({ job: job(1, 'paused') }));
  const running = job(1, 'downloading');
  const seen = [];
  bus.on('jobs', () => seen.push(queue.pendingOf(running)));
  await queue.act(running, 'pause');
  assert.equal(seen[0], 'pause');
  assert.equal(queue.pendingOf(running), null);
});

test('a move is shown at once and taken back when it is refused', async () => {
  const jobs = [job(1, 'queued', { priority: 'high', rank: 1 }), job(2, 'queued', { priority: 'normal', rank: 2 })];
  const order = (queue) => queue.jobs.groups().queued.map(({ id }) => id);
  const { queue, asked } = bench(() => ({ status: 409, error: { code: 'wrong_state', message: 'It runs.' } }));
  for (const one of jobs) queue.jobs.put(one);
  const move = queue.move(jobs[1], moveTo(jobs, 2, 0));
  assert.deepEqual(order(queue), [2, 1]);
  await assert.rejects(move);
  assert.deepEqual(order(queue), [1, 2]);
  assert.deepEqual(asked[0], ['downloads/2/priority', { priority: 'high' }]);
});

test('moves in quick succession are sent in their order, and the steps between are not shown', async () => {
  const jobs = [1, 2, 3].map((id) => job(id, 'queued', { priority: 'normal', rank: id }));
  const order = () => queue.jobs.groups().queued.map(({ id }) => id);
  const ranks = [1.5, 0];
  const { queue, bus, asked } = bench(() => ({ job: { ...jobs[2], rank: ranks.shift() } }));
  for (const one of jobs) queue.jobs.put(one);
  const seen = new Set();
  const both = [1, 0].map((index) => {
    const { queued } = queue.jobs.groups();
    const now = queued.find(({ id }) => id === 3);
    return queue.move(now, moveTo(queued, 3, index));
  });
  bus.on('jobs', () => seen.add(order().join()));
  await Promise.all(both);
  assert.deepEqual(
    asked.map(([path, body]) => [path, body]),
    [
      ['downloads/3/move', { before: 2 }],
      ['downloads/3/move', { before: 1 }],
    ],
  );
  assert.deepEqual([...seen], ['3,1,2']);
});

test('a plan is asked for in parts and changes nothing', async () => {
  const plan = { files: [], bytes_needed: 5, unknown_sizes: 0, volumes: [] };
  const { queue, asked } = bench(() => ({ plan, jobs: [] }));
  const items = Array.from({ length: 250 }, (_, at) => ({ version_id: at }));
  assert.equal((await queue.plan(items)).bytes_needed, 10);
  assert.deepEqual(
    asked.map(([path, body]) => [path, body.items.length, body.dry_run]),
    [
      ['downloads/batch', 200, true],
      ['downloads/batch', 50, true],
    ],
  );
});

test('a target leaves out what was not chosen, and names an emptied folder', async () => {
  const { queue, asked } = bench(() => ({ state: 'new' }));
  const signal = new AbortController().signal;
  await queue.target({ versionId: 1, fileId: null, folder: null, filename: '' }, signal);
  await queue.target({ versionId: 1, fileId: 2, folder: '', filename: 'a b' }, signal);
  assert.deepEqual(
    asked.map(([path]) => path),
    ['download-target?version_id=1', 'download-target?version_id=1&file_id=2&folder=&filename=a+b'],
  );
});

test('all at once tells how many it concerned', async () => {
  const { queue, changed } = bench(() => ({ changed: 2, jobs: [job(1, 'paused'), job(2, 'paused')] }));
  assert.equal(await queue.sweep('pause-all'), 2);
  assert.equal(changed.length, 2);
});

test('a state is told in words, with what it waits for and how long', () => {
  const until = new Date(NOW + 30_000).toISOString();
  const waiting = { reason: 'offline', message: 'CivitAI cannot be reached.', until };
  assert.equal(stateText(job(1, 'queued', { waiting }), null, NOW), 'CivitAI cannot be reached. (next try in 30 s)');
  assert.equal(stateText(job(1, 'verifying'), null, NOW), 'Verifying SHA-256');
  assert.equal(stateText(job(1, 'done', { verified_by: 'blake3' }), null, NOW), 'Done · verified by BLAKE3');
  assert.equal(stateText(job(1, 'downloading'), 'pause', NOW), 'Pausing …');
  assert.equal(stateText(job(1, 'queued'), 'move', NOW), 'Queued');
});

test('a long wait is told in hours, a very long one by its date, an unknown one not at all', () => {
  const after = (seconds) => new Date(NOW + seconds * 1000).toISOString();
  assert.equal(untilWords(after(7200), NOW), 'next try in 2 h');
  assert.match(untilWords(after(5 * 86_400), NOW), /^until .*2026/);
  assert.equal(untilWords(null, NOW), '');
  assert.equal(untilWords(after(-5), NOW), '');
});

test('figures and bar say only what is known', () => {
  const running = job(1, 'downloading', { bytes_done: 512, bytes_total: 1024, speed_bps: 2048, eta_s: 61 });
  assert.deepEqual(figures(running), ['512 B of 1.0 kB', '2.0 kB/s', '2 min left']);
  assert.deepEqual(measure(running), { percent: 50, busy: false, hidden: false });
  assert.deepEqual(measure(job(1, 'downloading')), { percent: null, busy: true, hidden: false });
  assert.equal(measure(job(1, 'queued')).hidden, true);
  assert.equal(measure(job(1, 'paused', { bytes_done: 5, bytes_total: 10 })).percent, 50);
});

test('a server that is gone leaves no speed behind, and what is done stays', () => {
  const book = new JobBook();
  const running = job(1, 'downloading', { bytes_done: 512, bytes_total: 1024, speed_bps: 2048, eta_s: 61 });
  book.apply({
    revision: 3,
    jobs: [running],
    totals: { active: 1, queued: 0, speed_bps: 2048, eta_s: 61, bytes_left: 512 },
  });
  book.lostSight();
  assert.deepEqual(figures(book.all()[0]), ['512 B of 1.0 kB']);
  assert.deepEqual(totalFigures(book.totals, true), ['512 B to go']);
});

test('totals leave out what there is none of', () => {
  assert.equal(countWords({ active: 0, queued: 0, paused: 0 }), 'No downloads running');
  assert.equal(countWords({ active: 2, queued: 0, paused: 1 }), '2 active · 1 paused');
  const totals = { active: 1, queued: 0, speed_bps: 1_048_576, eta_s: 4, bytes_left: 4_194_304, limit_bps: 2_097_152 };
  assert.deepEqual(totalFigures(totals, true), ['4.0 MB to go', '1.0 MB/s', '4 s left', 'limited to 2 MB/s']);
  assert.deepEqual(totalFigures(totals, false), []);
});
