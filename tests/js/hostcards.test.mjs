import assert from 'node:assert/strict';
import { test } from 'node:test';

import { buttonsToPress, refreshHostCards } from '../../javascript/tab/hostcards.mjs';
import { Bus } from '../../javascript/tab/store.mjs';

const button = (id) => ({ id });

test('one button for each tab of the host, since one refreshes all pages of its tab', () => {
  const found = [
    button('txt2img_textual_inversion_extra_refresh_internal'),
    button('txt2img_lora_extra_refresh_internal'),
    button('img2img_lora_extra_refresh_internal'),
    button('something_else'),
  ];
  assert.deepEqual(
    buttonsToPress(found).map((each) => each.id),
    ['txt2img_textual_inversion_extra_refresh_internal', 'img2img_lora_extra_refresh_internal'],
  );
});

test('a page without host cards has nothing to press', () => {
  assert.deepEqual(buttonsToPress([]), []);
});

/** A page of a host with one button, whose timers run at once. */
function page(t) {
  const pressed = [];
  const kept = new Map();
  t.mock.timers.enable({ apis: ['setTimeout'] });
  globalThis.window = {
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    localStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) },
  };
  const button = { id: 'txt2img_lora_extra_refresh_internal', click: () => pressed.push('click') };
  globalThis.document = { querySelectorAll: () => [button] };
  t.after(() => {
    globalThis.window = undefined;
    globalThis.document = undefined;
  });
  const open = () => {
    const bus = new Bus();
    refreshHostCards(bus);
    return (id, state) => {
      bus.emit('sync', { id, state });
      t.mock.timers.tick(5000);
      return pressed.length;
    };
  };
  return open;
}

test('a sync that ends while the page is open refreshes the cards of every page', (t) => {
  const open = page(t);
  const [first, second] = [open(), open()];
  first('a', 'running');
  second('a', 'running');
  assert.equal(first('a', 'done'), 1);
  assert.equal(second('a', 'done'), 2);
});

test('a sync that ended before the page opened refreshes them once in a browser', (t) => {
  const open = page(t);
  assert.equal(open()('a', 'done'), 1);
  assert.equal(open()('a', 'done'), 1);
  assert.equal(open()('b', 'failed'), 2);
});
