import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, parse } from '../../javascript/tab/blurhash.mjs';

test('the mean colour is read from the hash', () => {
  const pixels = decode('00TI:j', 2, 2);
  assert.equal(pixels.length, 16);
  for (let at = 0; at < 16; at += 4) assert.deepEqual([...pixels.slice(at, at + 4)], [...pixels.slice(0, 4)]);
  assert.equal(pixels[3], 255);
});

test('a known hash gives the picture it was made from: light above, dark below', () => {
  const waves = parse('LEHV6nWB2yk8pyo0adR*.7kCMdnj');
  assert.deepEqual([waves.across, waves.down, waves.weights.length], [4, 3, 12]);
  const pixels = decode('LEHV6nWB2yk8pyo0adR*.7kCMdnj', 8, 8);
  assert.equal(new Set(pixels).size > 20, true);
});

test('what is no hash gives nothing instead of an error', () => {
  for (const text of [
    null,
    undefined,
    '',
    'L',
    'LEHV6nWB2yk8',
    'LEHV6nWB2yk8pyo0adR*.7kCMdn"',
    '<script>alert(1)</script>',
  ]) {
    assert.equal(decode(text, 4, 4), null);
  }
});
