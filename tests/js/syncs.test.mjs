import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Window } from 'happy-dom';
import { Api } from '../../javascript/tab/api.mjs';
import { Bus } from '../../javascript/tab/store.mjs';
import { hasText } from '../../javascript/tab/strings.mjs';
import { phaseWords, syncCounts, syncFigures } from '../../javascript/tab/syncpanel.mjs';
import {
  failedPaths,
  isUnderWay,
  Syncs,
  syncActions,
  syncMeasure,
  untoldFailures,
} from '../../javascript/tab/syncs.mjs';
import './support/english.mjs';

const page = new Window();
globalThis.window = page;
globalThis.document = page.document;

const job = (more = {}) => ({
  id: 'one',
  state: 'running',
  waiting: null,
  phase: 'hashing',
  files_total: 10,
  files_done: 4,
  bytes_total: 1000,
  bytes_done: 250,
  matched: 3,
  unmatched: 0,
  invalid: 1,
  failed: 0,
  eta_s: 90,
  errors: [],
  ...more,
});

function bench(answers) {
  const asked = [];
  const send = async (url, init) => {
    asked.push([url, init.body ? JSON.parse(init.body) : null]);
    return Response.json({ job: answers.shift() ?? null });
  };
  const bus = new Bus();
  const told = [];
  bus.on('sync', (one) => told.push(one?.state ?? null));
  bus.on('sync-finished', (one) => told.push(`finished ${one.state}`));
  const syncs = new Syncs(new Api('/', send), bus);
  syncs.poller.stop();
  return { syncs, asked, told };
}

test('a state allows what the server allows', () => {
  assert.deepEqual(syncActions(job()), ['pause', 'cancel']);
  assert.deepEqual(syncActions(job({ state: 'paused' })), ['resume', 'cancel']);
  for (const state of ['done', 'failed', 'cancelled']) assert.equal(isUnderWay(job({ state })), false, state);
  assert.equal(isUnderWay(null), false);
});

test('progress goes by bytes while files are read and by files else', () => {
  assert.deepEqual(syncMeasure(job()), { done: 250, total: 1000 });
  assert.deepEqual(syncMeasure(job({ phase: 'looking_up' })), { done: 4, total: 10 });
  assert.deepEqual(syncMeasure(job({ bytes_total: 0 })), { done: 4, total: 10 });
});

test('everything is said in words, and only what there is', () => {
  for (const phase of ['waiting', 'scanning', 'hashing', 'looking_up', 'writing', 'done'])
    assert.ok(hasText(`sync.phase.${phase}`), phase);
  assert.equal(phaseWords(job()), 'Reading files');
  assert.equal(phaseWords(job({ phase: 'something new' })), 'something new');
  assert.equal(phaseWords(job({ state: 'paused' })), 'Sync paused');
  const waiting = { reason: 'generating', message: 'A picture is being made', until: null };
  assert.equal(phaseWords(job({ waiting })), 'A picture is being made');
  assert.deepEqual(syncFigures(job()), ['4 of 10 files', '250 B of 1000 B', '2 min left']);
  assert.deepEqual(syncCounts(job()), ['3 identified', '1 invalid']);
  assert.deepEqual(syncFigures(job({ files_total: 0, bytes_total: 0, eta_s: null })), []);
});

test('the end of a sync that was seen under way is told once', () => {
  const { syncs, told } = bench([]);
  syncs.take(job({ state: 'done' }));
  assert.deepEqual(told, ['done'], 'an old one is no news');
  syncs.take(job({ id: 'two' }));
  syncs.take(job({ id: 'two' }));
  syncs.take(job({ id: 'two', state: 'done' }));
  syncs.take(job({ id: 'two', state: 'done' }));
  assert.deepEqual(told, ['done', 'running', 'done', 'finished done']);
});

test('a sync that ends before it can be asked for is told as well', async () => {
  const { syncs, told, asked } = bench([job({ state: 'done' })]);
  await syncs.submit();
  assert.deepEqual(told, ['done', 'finished done']);
  assert.deepEqual(asked, [['/sync-metadata', {}]]);
});

test('what is steered is the sync that is known', async () => {
  const { syncs, asked } = bench([job({ state: 'paused' })]);
  await syncs.act('pause');
  assert.deepEqual(asked, [], 'nothing to steer');
  syncs.take(job({ id: 'a/b' }));
  await syncs.act('pause');
  assert.equal(asked[0][0], '/sync/a%2Fb/pause');
  assert.equal(syncs.job.state, 'paused');
});

test('a second try is for each file that failed, once', () => {
  const errors = [
    { path: '/a', code: 'x', message: 'm' },
    { path: '/b', code: 'x', message: 'm' },
    { path: '/a', code: 'y', message: 'm' },
  ];
  assert.deepEqual(failedPaths(job({ errors })), ['/a', '/b']);
  assert.deepEqual(failedPaths(null), []);
});

test('failures beyond the end of the list are counted, invalid files are none', () => {
  const errors = [
    { path: '/a', code: 'not_writable', message: 'm' },
    { path: '/b', code: 'invalid_file', message: 'm' },
  ];
  assert.equal(untoldFailures(job({ errors, failed: 1, invalid: 9 })), 0);
  assert.equal(untoldFailures(job({ errors, failed: 4, invalid: 1 })), 3);
});
