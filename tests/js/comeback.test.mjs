import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Window } from 'happy-dom';

const window = new Window({ url: 'http://127.0.0.1:7860/' });
for (const name of ['document', 'HTMLElement']) globalThis[name] = window[name];
globalThis.window = window;
after(() => window.happyDOM.abort());

const { Comeback } = await import('../../javascript/tab/comeback.mjs');
const { emptyFilters } = await import('../../javascript/tab/filters.mjs');
const { Searcher } = await import('../../javascript/tab/searcher.mjs');
const { Session } = await import('../../javascript/tab/session.mjs');

const PAGE = 10;

/** A list of 95 models behind a searcher, and what its grid is told. */
function bench() {
  const session = new Session('http://x/');
  const asked = [];
  session.api.post = async (_path, body) => {
    asked.push(body.cursor ?? '0');
    const from = Number(body.cursor ?? 0);
    const items = Array.from({ length: Math.min(PAGE, 95 - from) }, (_, n) => ({ id: 1000 + from + n, name: 'm' }));
    return { items, next_cursor: from + PAGE < 95 ? String(from + PAGE) : null, source: 'network' };
  };
  const searcher = new Searcher(session);
  const told = [];
  const grid = { firstShown: null, putBack: (shown) => told.push(shown), focusNear: (index) => told.push(index) };
  const scroller = { scrollTop: 0, clientHeight: 500 };
  const comeback = new Comeback(searcher, { grid: () => grid, scroller, changed: () => told.push('changed') });
  const ready = () =>
    new Promise((resolve) => {
      searcher.changed = () => searcher.phase === 'ready' && resolve();
    });
  return { searcher, comeback, grid, scroller, told, asked, ready };
}

test('after a reload the list grows to where it was, and the same card stands at the same height', async () => {
  const first = bench();
  let done = first.ready();
  first.searcher.show(emptyFilters());
  await done;
  assert.equal(first.comeback.offer(), null);
  for (let n = 0; n < 4; n += 1) await first.searcher.more();
  first.scroller.scrollTop = 9000;
  first.grid.firstShown = { id: 1042, offset: -13 };
  first.comeback.note();
  window.dispatchEvent(new window.Event('pagehide'));
  first.comeback.dispose();

  const next = bench();
  assert.equal(next.comeback.offer(), null, 'not before there are results');
  done = next.ready();
  next.searcher.show(emptyFilters());
  await done;
  assert.ok(next.comeback.offer());
  await next.comeback.go();
  assert.deepEqual(next.told, [{ id: 1042, offset: -13 }, 42]);
  assert.equal(next.asked.length, 5);
  assert.equal(next.comeback.offer(), null);
  next.comeback.dispose();
});

test('no way back is offered to another search, nor from the first screen', async () => {
  const { comeback, searcher, scroller, grid, ready } = bench();
  assert.ok(comeback.kept);
  const done = ready();
  searcher.show({ ...emptyFilters(), text: 'sky' });
  await done;
  assert.equal(comeback.offer(), null);
  scroller.scrollTop = 400;
  grid.firstShown = { id: 1003, offset: 0 };
  comeback.note();
  assert.equal(searcher.place, null);
  comeback.dispose();
});
