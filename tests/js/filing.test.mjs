import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Window } from 'happy-dom';
import { Api } from '../../javascript/tab/api.mjs';
import { duplicatesOf } from '../../javascript/tab/duplicates.mjs';
import { Filing } from '../../javascript/tab/filing.mjs';
import {
  canMove,
  costOf,
  folderOf,
  groupsOf,
  isRunning,
  joined,
  planRequests,
  spokenFolder,
  sumsOf,
} from '../../javascript/tab/filingrules.mjs';
import { checkGroups } from '../../javascript/tab/organiselist.mjs';
import { parts } from '../../javascript/tab/requests.mjs';
import { Bus } from '../../javascript/tab/store.mjs';
import './support/english.mjs';

const page = new Window();
globalThis.window = page;
globalThis.document = page.document;

const move = (path, more = {}) => ({
  path,
  target: `/models/Lora/Pony/${path.split('/').pop()}`,
  action: 'move',
  reason: null,
  type: 'LORA',
  name: 'a',
  size_bytes: 10,
  files: 2,
  other_volume: false,
  ...more,
});

const operation = (id, more = {}) => ({
  id,
  kind: 'delete',
  state: 'done',
  files_total: 4,
  files_done: 4,
  bytes_total: 100,
  items: [{ path: '/models/Lora/a.pt', target: '/trash/a.pt' }],
  items_total: 1,
  errors: [],
  created_at: '2026-11-28T12:00:00Z',
  can_undo: true,
  ...more,
});

/** `answers` by method and path, each used up one after the other; the last one stays. */
function bench(answers) {
  const asked = [];
  const send = async (url, init) => {
    const name = `${init.method} ${url.slice(1)}`;
    asked.push([name, init.body ? JSON.parse(init.body) : null]);
    const list = answers[name] ?? [];
    const answer = list.length > 1 ? list.shift() : list[0];
    if (answer instanceof Response) return answer;
    return Response.json(answer ?? { items: [], truncated: false });
  };
  const bus = new Bus();
  const told = [];
  bus.on('filed', (filed) => told.push(filed));
  const filing = new Filing(new Api('/', send), bus);
  // The test asks itself, and never waits.
  filing.poller.start = () => {};
  return { filing, asked, told };
}

/** One question of the poller. */
const look = (filing) => filing.poller.options.ask();
const listed = (...operations) => ({ operations, trash: { files: 0, size_bytes: 0 } });

test('the moves stand by target folder, behind them what does not go by itself', () => {
  const moves = [
    move('/models/Lora/c.pt', { action: 'stay', target: '/models/Lora/c.pt' }),
    move('/models/Lora/b.pt', { target: '/models/Lora/Pony/b.pt' }),
    move('/models/Lora/u.pt', { action: 'unknown', target: null }),
    move('/models/Lora/a.pt', { target: '/models/Lora/Illustrious/a.pt' }),
    move('/models/Lora/d.pt', { target: 'D:\\models\\Lora\\Pony\\d.pt' }),
    move('/models/Lora/t.pt', { action: 'taken' }),
  ];
  const groups = groupsOf(moves).map(({ key, moves: list }) => [key, list.map((one) => one.path.slice(-4))]);
  assert.deepEqual(groups, [
    ['/models/Lora/Illustrious', ['a.pt']],
    ['/models/Lora/Pony', ['b.pt']],
    ['D:/models/Lora/Pony', ['d.pt']],
    ['taken', ['t.pt']],
    ['unknown', ['u.pt']],
    ['stay', ['c.pt']],
  ]);
});

test('a taken name can be chosen under its free one, a duplicate and what stays cannot', () => {
  const taken = move('/m/a.pt', { action: 'taken', target: '/m/x/a-12.pt' });
  const twin = move('/m/b.pt', { action: 'taken', target: null, reason: 'The same content lies there.' });
  const stays = move('/m/c.pt', { action: 'stay', target: '/m/c.pt' });
  assert.deepEqual([taken, twin, stays, move('/m/d.pt')].map(canMove), [true, false, false, true]);
  const lines = checkGroups([move('/m/d.pt'), taken, twin, stays], [{ path: '/m' }]).flatMap((group) => group.lines);
  assert.deepEqual(
    lines.map(({ title, choice }) => [title, choice]),
    [
      ['d.pt', true],
      ['a.pt', false],
      ['b.pt', null],
      ['c.pt', null],
    ],
  );
  assert.match(lines[1].about, /as a-12\.pt/);
  assert.match(lines[2].about, /The same content lies there\./);
});

test('the chosen moves count all files that go along, and what is copied against the free space', () => {
  const moves = [move('/m/a.pt'), move('/m/b.pt', { other_volume: true, size_bytes: 30, files: 1 })];
  assert.deepEqual(costOf(moves, 40), { models: 2, files: 3, bytes: 40, copied: 1, tooLarge: false });
  assert.equal(costOf(moves, 29).tooLarge, true);
  assert.equal(costOf(moves, null).tooLarge, false);
});

test('a folder is said from its model folder on, on every system', () => {
  const roots = [{ path: '/models/Lora' }, { path: 'C:\\models\\Lora\\' }];
  assert.equal(spokenFolder('/models/Lora/ink/old', roots), 'Lora / ink / old');
  assert.equal(spokenFolder('/models/Lora', roots), 'Lora');
  assert.equal(spokenFolder('/models/Lora2', roots), '/models/Lora2');
  assert.equal(spokenFolder(folderOf('C:\\models\\Lora\\ink\\a.pt'), roots), 'Lora / ink');
});

test('a long list goes in as many requests as its size needs, and its plans become one', () => {
  const paths = Array.from({ length: 9000 }, (_, n) => `/models/Lora/${'long '.repeat(60)}${n}.pt`);
  const requests = planRequests({ paths, folder: null });
  assert.ok(requests.length > 1);
  for (const request of requests) assert.ok(JSON.stringify(request).length < 2 * 1024 * 1024);
  assert.deepEqual(
    requests.flatMap((request) => request.paths),
    paths,
  );
  assert.deepEqual(planRequests({ paths: [], folder: 'x' }), [{ paths: [], folder: 'x' }]);
  assert.deepEqual(parts([]), []);
  assert.deepEqual(
    parts(Array.from({ length: 25_000 }, () => 1)).map((part) => part.length),
    [10_000, 10_000, 5000],
  );
  const plan = (n, free) => ({ moves: [move(`/m/${n}.pt`)], files_total: n, bytes_total: n, free_bytes: free });
  const one = joined([plan(1, 50), plan(2, 30), plan(3, null)]);
  assert.deepEqual([one.moves.length, one.files_total, one.bytes_total, one.free_bytes], [3, 6, 6, 30]);
});

test('files with the same hash are duplicates of each other; without a hash nobody knows', () => {
  const rows = [
    { id: '/a', sha256: 'x' },
    { id: '/b', sha256: 'x' },
    { id: '/c', sha256: 'y' },
    { id: '/d', sha256: null },
    { id: '/e', sha256: null },
  ];
  const found = duplicatesOf(rows);
  assert.deepEqual([...found.keys()], ['/a', '/b']);
  assert.deepEqual(found.get('/a'), rows.slice(0, 2));
});

test('what ended with its request is told at once, with the paths that it was about', async () => {
  const { filing, asked, told } = bench({ 'POST local-models/delete': [{ operation: operation('1') }] });
  await filing.remove(['/models/Lora/a.pt']);
  assert.deepEqual(asked, [['POST local-models/delete', { paths: ['/models/Lora/a.pt'] }]]);
  assert.deepEqual(
    told.map(({ paths, undone }) => [paths, undone]),
    [[['/models/Lora/a.pt'], false]],
  );
});

test('an order of several requests is told once, when the last of it has ended', async () => {
  const moves = Array.from({ length: 9000 }, (_, n) => ({ path: `/m/${'x'.repeat(200)}${n}`, target: `/t/${n}` }));
  const { filing, asked, told } = bench({
    'POST organise': [
      { operation: operation('1', { kind: 'move', state: 'running' }) },
      { operation: operation('2', { kind: 'move' }) },
    ],
    'GET file-operations': [
      listed(operation('2', { kind: 'move' }), operation('1', { kind: 'move', state: 'running' })),
      listed(operation('2', { kind: 'move' }), operation('1', { kind: 'move' })),
    ],
  });
  await filing.organise(moves);
  assert.equal(asked.length, 2);
  assert.equal(told.length, 0);
  await look(filing);
  assert.equal(told.length, 0);
  await look(filing);
  assert.deepEqual(
    told.map(({ operations }) => operations.map(({ id }) => id)),
    [['2', '1']],
  );
});

test('what ran before a reload is followed and told', async () => {
  const { filing, told } = bench({
    'GET file-operations': [listed(operation('7', { state: 'undoing' })), listed(operation('7', { state: 'undone' }))],
  });
  await look(filing);
  assert.deepEqual(filing.running.map(isRunning), [true]);
  await look(filing);
  assert.deepEqual(
    told.map(({ undone }) => undone),
    [true],
  );
  await look(filing);
  assert.equal(told.length, 1, 'what was told is not told again');
});

test('a refusal is thrown, and what had begun before it is still told', async () => {
  const moves = Array.from({ length: 9000 }, (_, n) => ({ path: `/m/${'x'.repeat(200)}${n}`, target: `/t/${n}` }));
  const refusal = () =>
    Response.json({ error: { code: 'locked_by_host', message: 'Locked.', hint: 'Unlock.' } }, { status: 403 });
  const { filing, told } = bench({ 'POST organise': [{ operation: operation('1', { kind: 'move' }) }, refusal()] });
  await assert.rejects(filing.organise(moves), { code: 'locked_by_host', hint: 'Unlock.' });
  assert.deepEqual(
    told.map(({ operations }) => operations.length),
    [1],
  );
  assert.equal(filing.orders.size, 0);
});

test('the newest is undone first', async () => {
  const { filing, asked } = bench({
    'GET file-operations': [listed(operation('c d'), operation('b'), operation('a'))],
    'POST file-operations/c%20d/undo': [{ operation: operation('c d', { state: 'undone' }) }],
    'POST file-operations/a/undo': [{ operation: operation('a', { state: 'undone' }) }],
  });
  await look(filing);
  await filing.undo([operation('a'), operation('c d')]);
  assert.deepEqual(
    asked.slice(1).map(([name]) => name),
    ['POST file-operations/c%20d/undo', 'POST file-operations/a/undo'],
  );
});

test('nothing is asked in turns while nothing happens; without an answer it goes on asking', async () => {
  const { filing } = bench({ 'GET file-operations': [listed(operation('1'))] });
  filing.poller.stopped = false;
  await look(filing);
  assert.equal(filing.poller.stopped, true);
  const away = bench({ 'GET file-operations': [new Response('', { status: 502 })] });
  away.filing.poller.stopped = false;
  await look(away.filing);
  assert.equal(away.filing.poller.stopped, false);
  assert.equal(away.filing.error.isUnreachable, true);
});

test('what several operations come to is one sum', () => {
  const error = { path: '/a', code: 'x', message: 'no', hint: null };
  const { items, files, done, errors } = sumsOf([operation('1'), operation('2', { files_done: 1, errors: [error] })]);
  assert.deepEqual([items, files, done, errors], [2, 8, 5, [error]]);
});
