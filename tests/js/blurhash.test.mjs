import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitmapUrl, decode, parse } from '../../javascript/tab/blurhash.mjs';

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

test('the waves become a bitmap that says its size and holds the same points, from the top', () => {
  const hash = 'LEHV6nWB2yk8pyo0adR*.7kCMdnj';
  const [kind, content] = bitmapUrl(hash, 3, 2).split(',');
  assert.equal(kind, 'data:image/bmp;base64');
  const file = Buffer.from(content, 'base64');
  assert.equal(file.toString('latin1', 0, 2), 'BM');
  assert.equal(file.readUInt32LE(2), file.length);
  assert.deepEqual([file.readInt32LE(18), file.readInt32LE(22), file.readUInt16LE(28)], [3, -2, 32]);
  const points = file.subarray(file.readUInt32LE(10));
  const pixels = decode(hash, 3, 2);
  assert.equal(points.length, pixels.length);
  assert.deepEqual([points[2], points[1], points[0], points[3]], [...pixels.slice(0, 4)]);
  assert.equal(bitmapUrl('no hash', 3, 2), null);
});
