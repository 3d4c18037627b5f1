import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BATCH_MOST, batches, byState, fullVolumes, inOrder, mergePlans } from '../../javascript/tab/plan.mjs';

const file = (version_id, state) => ({ version_id, state });
const volume = (path, free_bytes, needed_bytes) => ({ path, free_bytes, needed_bytes, enough: true });

test('many are asked for in parts that the server takes, each file once', () => {
  const items = Array.from({ length: BATCH_MOST + 5 }, (_, at) => ({ version_id: at }));
  const parts = batches([...items, { version_id: 3 }, { version_id: 3, file_id: 9 }]);
  assert.deepEqual(
    parts.map((part) => part.length),
    [BATCH_MOST, 6],
  );
  assert.deepEqual(batches([]), []);
});

test('the space of a volume is there once for all parts of a plan', () => {
  const plans = [
    { files: [file(1, 'new')], bytes_needed: 60, unknown_sizes: 0, volumes: [volume('/m', 100, 60)] },
    {
      files: [file(2, 'new')],
      bytes_needed: 60,
      unknown_sizes: 1,
      volumes: [volume('/m', 100, 50), volume('/n', null, 10)],
    },
  ];
  const whole = mergePlans(plans);
  assert.deepEqual([whole.bytes_needed, whole.unknown_sizes, whole.files.length], [120, 1, 2]);
  assert.deepEqual(
    fullVolumes(whole).map(({ path, needed_bytes }) => [path, needed_bytes]),
    [['/m', 110]],
  );
});

test('what a person has to decide about comes first', () => {
  const plan = mergePlans([
    {
      files: [file(1, 'installed'), file(2, 'new'), file(3, 'refused'), file(4, 'queued')],
      bytes_needed: 1,
      unknown_sizes: 0,
      volumes: [],
    },
  ]);
  assert.deepEqual(
    inOrder(plan).map(({ version_id }) => version_id),
    [3, 2, 4, 1],
  );
  assert.deepEqual(
    Object.values(byState(plan)).map((files) => files.length),
    [1, 1, 1, 1],
  );
});
