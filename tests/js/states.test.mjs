import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Window } from 'happy-dom';
import './support/english.mjs';

const window = new Window({ url: 'http://127.0.0.1:7860/' });
for (const name of ['document', 'HTMLElement', 'HTMLInputElement', 'HTMLTextAreaElement', 'HTMLSelectElement'])
  globalThis[name] = window[name];
globalThis.window = window;

const { ApiError, UNREACHABLE } = await import('../../javascript/tab/api.mjs');
const { errorState, reasonOf } = await import('../../javascript/tab/states.mjs');
const { isNowhere } = await import('../../javascript/tab/keyboard.mjs');

const problem = (code, status, hint = 'Choose another one.') => new ApiError(code, 'No such period', { status, hint });
const words = (error, clear) => {
  const box = errorState(error, { retry() {}, copy() {}, clear });
  return { text: box.el.textContent, way: box.el.querySelector('.button-primary').textContent };
};

test('a refused search shows its reason and is cleared, not repeated', () => {
  let cleared = 0;
  const clear = () => {
    cleared += 1;
  };
  const { el } = errorState(problem('invalid_request', 422), { retry: assert.fail, copy() {}, clear });
  assert.match(el.textContent, /No such period/);
  assert.match(el.textContent, /Choose another one/);
  assert.doesNotMatch(el.textContent, /Try again/);
  el.querySelector('.button-primary').click();
  assert.equal(cleared, 1);
});

test('trying again is offered where time can help, and where nothing can be cleared', () => {
  const passing = [
    problem('rate_limited', 429),
    problem('civitai_down', 503),
    problem('bad_answer', 502),
    problem('internal_error', 500),
    problem(UNREACHABLE, 404),
    problem(UNREACHABLE, 0),
  ];
  for (const error of passing) assert.equal(words(error, assert.fail).way, 'Try again', error.code);
  assert.equal(words(problem('region_blocked', 451), () => {}).way, 'Clear the search');
  assert.equal(words(problem('region_blocked', 451), null).way, 'Try again');
});

test('beside old results the reason is one line without repetitions', () => {
  assert.equal(reasonOf(problem('invalid_request', 422)), 'No such period. Choose another one.');
  const offline = new ApiError('offline', 'CivitAI cannot be reached.', { status: 503 });
  assert.equal(reasonOf(offline), 'CivitAI cannot be reached.');
  const down = new ApiError('civitai_down', 'HTTP 503', { status: 503, hint: 'Wait!' });
  assert.equal(reasonOf(down), 'CivitAI is down just now. HTTP 503. Wait!');
});

test('keys are ours where nothing of the host has the focus', () => {
  document.body.innerHTML = `<div class="tab-nav"><button class="selected">ours</button><button>other</button></div>
    <button role="tab" aria-selected="true"></button><button role="tab" aria-selected="false"></button>
    <textarea></textarea><button id="generate"></button>`;
  const [ours, other] = document.querySelectorAll('.tab-nav button');
  const [newer, unselected] = document.querySelectorAll('[role=tab]');
  for (const active of [null, document.body, document.documentElement, ours, newer])
    assert.equal(isNowhere(active, '/'), true);
  for (const active of [other, unselected, document.querySelector('textarea'), document.querySelector('#generate')])
    assert.equal(isNowhere(active, '/'), false);
  assert.equal(isNowhere(newer, 'ArrowRight'), false, 'the strip has its own arrows');
});
