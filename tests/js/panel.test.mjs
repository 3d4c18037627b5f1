import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Window } from 'happy-dom';
import './support/english.mjs';

const window = new Window({ url: 'http://127.0.0.1:7860/' });
for (const name of ['document', 'HTMLElement', 'HTMLInputElement', 'ShadowRoot', 'IntersectionObserver'])
  globalThis[name] = window[name];
globalThis.window = window;
after(() => window.happyDOM.abort()); // timers of toasts

const { DownloadActions } = await import('../../javascript/tab/downloadactions.mjs');
const { JobRow } = await import('../../javascript/tab/jobrow.mjs');
const { jobMenu, pageUrl } = await import('../../javascript/tab/jobmenu.mjs');
const { HELP_FOR } = await import('../../javascript/tab/failures.mjs');
const { Notices } = await import('../../javascript/tab/notices.mjs');
const { Session } = await import('../../javascript/tab/session.mjs');

const EVIL = '<img src=x onerror=alert(1)>';
const job = (id, state, more = {}) => ({
  id,
  state,
  model_id: 5,
  version_id: 50,
  file_id: 500,
  model_name: `Model ${id}`,
  version_name: 'v1',
  filename: 'a.safetensors',
  target_path: '/m/a.safetensors',
  bytes_done: 0,
  bytes_total: 100,
  waiting: null,
  warnings: [],
  error: null,
  rank: id,
  created_at: `2026-11-20T12:00:0${id}Z`,
  ...more,
});

/** An app that notes what it is asked for. */
function bench(jobs = []) {
  const asked = [];
  const note =
    (name) =>
    (...args) =>
      asked.push([name, ...args.map((arg) => arg?.id ?? arg)]);
  const names = ['act', 'step', 'prioritise', 'again', 'clear', 'retryWithOptions', 'copyError'];
  const queue = Object.fromEntries(names.map((name) => [name, note(name)]));
  queue.help = (help, { id }) => asked.push(['help', help.kind, id]);
  const session = new Session('http://x/');
  for (const one of jobs) session.jobs.put(one);
  return { app: { session, queue, copy: note('copy'), openModel: note('open') }, asked };
}
const labels = (groups) => groups.flatMap(({ items }) => items.map(({ label }) => label));
const pick = (groups, label) => groups.flatMap(({ items }) => items).find((item) => item.label === label);

test('a row holds hostile words as text, and every button has a name', () => {
  const { app } = bench();
  const error = { code: 'not_found', message: EVIL, hint: EVIL };
  const { el } = new JobRow(job(1, 'failed', { model_name: EVIL, version_name: EVIL, error }), app);
  assert.equal(el.querySelectorAll('img').length, 0);
  assert.equal(el.querySelector('.job-name').textContent, EVIL);
  for (const button of el.querySelectorAll('button'))
    assert.ok(button.getAttribute('aria-label') || button.textContent);
});

test('a failed row of every code says why and offers the one action that helps', () => {
  for (const code of Object.keys(HELP_FOR)) {
    const { app, asked } = bench();
    const { el } = new JobRow(job(1, 'failed', { error: { code, message: `Because of ${code}.`, hint: '' } }), app);
    assert.match(el.querySelector('.job-error').textContent, new RegExp(code));
    const buttons = el.querySelectorAll('.job-failure button');
    assert.equal(buttons.length, 1, code);
    buttons[0].click();
    assert.deepEqual(asked, [['help', HELP_FOR[code].kind, 1]]);
  }
});

test('a row drawn again keeps what did not change, and shows what did', () => {
  const { app } = bench();
  const row = new JobRow(job(1, 'downloading', { bytes_done: 10 }), app);
  const pause = row.el.querySelector('[data-focus=pause]');
  row.update(job(1, 'downloading', { bytes_done: 55 }));
  assert.equal(row.el.querySelector('[data-focus=pause]'), pause);
  assert.equal(row.el.querySelector('[role=progressbar]').getAttribute('aria-valuenow'), '55');
  row.update(job(1, 'done'));
  assert.equal(row.el.querySelector('[data-focus=pause]'), null);
  assert.equal(row.el.querySelector('[role=progressbar]').hidden, true);
});

test('only the row that Tab leads to has buttons in the order of Tab', () => {
  const { app } = bench();
  const row = new JobRow(job(1, 'queued'), app);
  const stops = () => new Set([...row.el.querySelectorAll('button')].map((one) => one.getAttribute('tabindex')));
  row.setActive(false);
  assert.deepEqual(stops(), new Set(['-1']));
  row.setActive(true);
  assert.deepEqual(stops(), new Set(['0']));
});

test('the menu of a waiting row orders it, within the ends of the queue', () => {
  const jobs = [job(1, 'queued'), job(2, 'queued', { version_id: 51 })];
  const { app, asked } = bench(jobs);
  const first = jobMenu(app, jobs[0]);
  assert.deepEqual(
    first[0].items.map(({ label, disabled }) => [label, disabled]),
    [
      ['First', true],
      ['Up', true],
      ['Down', false],
      ['Last', false],
    ],
  );
  pick(first, 'Down').run();
  pick(first, 'High priority').run();
  assert.equal(pick(first, 'Normal priority').checked, true);
  assert.deepEqual(asked, [
    ['step', 1, 'down'],
    ['prioritise', 1, 'high'],
  ]);
});

test('what has ended can be fetched again, unpacked and taken off the list, never steered', () => {
  const { app } = bench();
  const words = (one) => labels(jobMenu(app, one));
  const done = ['Download again', 'Copy path', 'Open on CivitAI', 'Remove from the list'];
  assert.deepEqual(words(job(1, 'done')), done);
  assert.ok(words(job(1, 'done', { filename: 'a.ZIP' })).includes('Unpack beside it'));
  assert.ok(!words(job(1, 'done', { filename: 'a.zip', unpacked: {} })).includes('Unpack beside it'));
  assert.ok(!words(job(1, 'downloading')).includes('Remove from the list'));
});

test('the page of a model is that of its version, on the site of the settings', () => {
  const { app } = bench();
  assert.equal(pageUrl(app, job(1, 'done')), 'https://civitai.com/models/5?modelVersionId=50');
  assert.equal(pageUrl(app, job(1, 'done', { model_id: null })), '');
});

test('what a toast puts off happens once it has gone, and never after Undo', () => {
  const done = [];
  const notices = new Notices(() => window.document.body);
  const toast = (name) =>
    notices.toast(name, {
      key: name,
      action: { label: 'Undo', run: () => done.push(`undo ${name}`) },
      gone: () => done.push(name),
    });
  toast('one');
  notices.list.querySelector('.button').click();
  toast('two');
  notices.list.querySelector('.icon-button').click();
  toast('three');
  toast('three');
  notices.dispose();
  assert.deepEqual(done, ['undo one', 'two', 'three', 'three']);
});

test('an ended download is one toast at a time, and only words to hear where its row is on screen', () => {
  const notices = new Notices(() => window.document.body);
  const app = { notices, rowsShown: false };
  const actions = new DownloadActions(app);
  const ended = (id) => ({ job: job(id, 'done'), from: 'moving' });
  actions.tell([ended(1), ended(2)]);
  assert.deepEqual(
    [...notices.list.children].map((toast) => toast.querySelector('p').textContent),
    ['Model 2 installed'],
  );
  app.rowsShown = true;
  actions.tell([1, 2, 3, 4].map(ended));
  actions.tell([{ job: job(5, 'failed'), from: 'downloading' }]);
  assert.equal(notices.list.querySelectorAll('.toast-good').length, 1);
  assert.equal(notices.list.querySelectorAll('.toast-bad').length, 1);
  assert.match(notices.live.textContent, /4 downloads/);
});
