import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gapBetween } from '../../javascript/tab/place.mjs';

test('the spacing of a tab strip is taken back; what touches or stands far away stays', () => {
  assert.equal(gapBetween(28, 48), 20);
  assert.equal(gapBetween(46, 46), 0);
  assert.equal(gapBetween(46, 40), 0);
  assert.equal(gapBetween(46, 146), 0);
});
