import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Culprits } from '../../javascript/tab/culprits.mjs';
import { emptyFilters } from '../../javascript/tab/filters.mjs';

const NARROW = { ...emptyFilters(), types: ['LORA'], bases: ['SD 1.5'], early: 'only', hideInstalled: true };

/** A server that finds so many with these keys in the body. */
function sessionOf(find) {
  const asked = [];
  const post = async (_path, body, { signal }) => {
    asked.push(body);
    await Promise.resolve();
    signal.throwIfAborted();
    return find(body);
  };
  return { asked, session: /** @type {any} */ ({ api: { post } }) };
}

function answer(n, more = false) {
  return { items: new Array(n).fill({}), next_cursor: more ? 'x' : null };
}

/** Asks, and waits until all is known. */
function found(culprits, filters) {
  return new Promise((resolve) => {
    culprits.changed = () => resolve(culprits.of(filters));
    assert.equal(culprits.of(filters), null);
  });
}

test('the filter whose removal finds most comes first, those that help nothing are left out', async () => {
  const { session } = sessionOf((body) => (body.early_access ? answer(body.base_models ? 0 : 1) : answer(20, true)));
  const ways = await found(new Culprits(session, () => undefined), NARROW);
  assert.deepEqual(
    ways.map(({ chip, n, more }) => [chip.key, n, more]),
    [
      ['early', 20, true],
      ['bases', 1, false],
    ],
  );
});

test('the same filters are asked for once, others end the question before', async () => {
  const { asked, session } = sessionOf(() => answer(1));
  const culprits = new Culprits(session, () => undefined);
  await found(culprits, NARROW);
  const before = asked.length;
  culprits.of(NARROW);
  assert.equal(asked.length, before);
  const other = { ...NARROW, kind: 'trained' };
  culprits.of(NARROW);
  culprits.of({ ...NARROW, early: '' });
  await found(culprits, other);
  assert.ok(culprits.of(other).some(({ chip }) => chip.key === 'kind'));
});

test('a server that fails leaves all ways offered, and a single filter is not asked about', async () => {
  const { asked, session } = sessionOf(() => {
    throw new Error('down');
  });
  const culprits = new Culprits(session, () => assert.fail());
  assert.equal(culprits.of(NARROW), null);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(culprits.of(NARROW), null);
  assert.equal(asked.length, 1);
  assert.equal(culprits.of({ ...emptyFilters(), early: 'only' }), null);
  assert.equal(asked.length, 1);
});
