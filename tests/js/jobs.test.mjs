import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsOf, GROUP_ORDER, groupOf, isOpen, JobBook } from '../../javascript/tab/jobs.mjs';

let clock = 0;
function job(id, state, more = {}) {
  clock += 1;
  return {
    id,
    state,
    model_id: 1,
    version_id: 10,
    file_id: 100,
    created_at: `2026-11-20T12:00:0${id}Z`,
    updated_at: new Date(Date.parse('2026-11-20T12:01:00Z') + clock * 1000).toISOString(),
    ...more,
  };
}
const progress = (revision, jobs) => ({
  revision,
  jobs,
  totals: { active: 0, queued: 0, speed_bps: null, eta_s: null },
});

test('the first answer tells of the past and announces nothing', () => {
  const book = new JobBook();
  assert.deepEqual(book.apply(progress(5, [job(1, 'done'), job(2, 'downloading')])), []);
  assert.equal(book.revision, 5);
  assert.equal(book.hasOpen, true);
});

test('later answers tell each change of state once', () => {
  const book = new JobBook();
  book.apply(progress(1, [job(1, 'downloading')]));
  assert.deepEqual(book.apply(progress(2, [job(1, 'downloading', { bytes_done: 5 })])), []);
  const changes = book.apply(progress(3, [job(1, 'done'), job(2, 'queued')]));
  assert.deepEqual(
    changes.map(({ job: { id, state }, from }) => [id, from, state]),
    [
      [1, 'downloading', 'done'],
      [2, null, 'queued'],
    ],
  );
});

test('an answer that was overtaken does not turn a job back', () => {
  const book = new JobBook();
  const old = job(1, 'downloading');
  book.apply(progress(1, [old]));
  book.put(job(1, 'paused'));
  assert.deepEqual(book.apply(progress(2, [old])), []);
  assert.equal(book.all()[0].state, 'paused');
});

test('groups keep the order of the queue and show the newest of the finished first', () => {
  const book = new JobBook();
  const states = ['done', 'done', 'queued', 'queued', 'failed'];
  book.apply(
    progress(
      1,
      states.map((state, index) => job(index + 1, state, { file_id: index })),
    ),
  );
  const ids = Object.fromEntries(Object.entries(book.groups()).map(([name, jobs]) => [name, jobs.map(({ id }) => id)]));
  assert.deepEqual(ids, { active: [], queued: [3, 4], paused: [], failed: [5], done: [2, 1] });
});

test('the open job of a model is the one that moves', () => {
  const book = new JobBook();
  book.apply(progress(1, [job(1, 'queued'), job(2, 'downloading'), job(3, 'done'), job(4, 'queued', { model_id: 2 })]));
  assert.equal(book.openForModel(1).id, 2);
  assert.equal(book.openForModel(2).id, 4);
  assert.equal(book.openForModel(3), null);
});

test('a job without a file id stands for the default file only', () => {
  const book = new JobBook();
  book.apply(progress(1, [job(1, 'queued', { file_id: null })]));
  assert.equal(book.forFile(10, 100, true).id, 1);
  assert.equal(book.forFile(10, 101, false), null);
});

test('paused jobs do not keep the poller at its fast pace', () => {
  const book = new JobBook();
  book.apply(progress(1, [job(1, 'paused'), job(2, 'failed')]));
  assert.equal(book.hasOpen, false);
});

test('every state has a group, and what is over offers nothing that would need it running', () => {
  const states = ['queued', 'resolving', 'downloading', 'verifying', 'moving', 'done', 'paused', 'failed', 'cancelled'];
  for (const state of states) {
    assert.ok(GROUP_ORDER.includes(groupOf(state)));
    if (!isOpen({ state })) assert.ok(!actionsOf(state).includes('pause'));
  }
  assert.deepEqual(actionsOf('moving'), []);
  assert.deepEqual(actionsOf('done'), []);
});

test('a failed job is not shown any more when its file was asked for again; other files of the version stay', () => {
  const book = new JobBook();
  book.apply(progress(1, [job(1, 'failed'), job(2, 'failed', { file_id: 101 }), job(3, 'downloading')]));
  const groups = book.groups();
  assert.deepEqual([groups.failed.map(({ id }) => id), groups.active.map(({ id }) => id)], [[2], [3]]);
});

test('what waits stands in the order it starts: by priority, then by rank', () => {
  const book = new JobBook();
  const places = [
    ['normal', 2],
    ['low', 0],
    ['high', 9],
    ['normal', 1.5],
  ];
  const jobs = places.map(([priority, rank], index) => job(index + 1, 'queued', { file_id: index, priority, rank }));
  book.apply(progress(1, jobs));
  assert.deepEqual(
    book.groups().queued.map(({ id }) => id),
    [3, 4, 1, 2],
  );
  book.place(jobs[1], { priority: 'high', rank: 1 });
  assert.equal(book.groups().queued[0].id, 2);
});

test('what was cleared elsewhere leaves the list', () => {
  const book = new JobBook();
  book.apply(progress(1, [job(1, 'done'), job(2, 'failed', { file_id: 101 })]));
  book.apply({ ...progress(2, []), removed: [1] });
  assert.deepEqual(
    book.all().map(({ id }) => id),
    [2],
  );
});
