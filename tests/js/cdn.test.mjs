import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapWidth, stillUrl, videoUrl, WIDTHS } from '../../javascript/tab/cdn.mjs';

const BASE = 'https://image.civitai.com/xG1nkqKTMzGDvpLrqFT7WA/5c8a';

test('a width is the smallest step that is wide enough on this screen', () => {
  assert.equal(snapWidth(96), 96);
  assert.equal(snapWidth(97), 320);
  assert.equal(snapWidth(212, 2), 450);
  assert.equal(snapWidth(226, 2), 512);
  assert.equal(snapWidth(5000, 3), 2200);
  assert.equal(snapWidth(0, 0), 96);
});

test('every asked width is one of the steps and never too narrow while a step is wide enough', () => {
  for (let css = 1; css < 2200; css += 7) {
    for (const ratio of [1, 1.25, 1.5, 2, 3]) {
      const width = snapWidth(css, ratio);
      assert.ok(WIDTHS.includes(width));
      assert.ok(width >= Math.min(2200, css * ratio));
    }
  }
});

test('the params segment is replaced, not added to', () => {
  assert.equal(stillUrl({ url: `${BASE}/original=true/123.jpeg`, kind: 'image' }, 450), `${BASE}/width=450/123.jpeg`);
  assert.equal(
    stillUrl({ url: `${BASE}/width=1024,quality=90/123.jpeg?token=1`, kind: 'image' }, 320),
    `${BASE}/width=320/123.jpeg?token=1`,
  );
});

test('a video gives a still picture and a small playable copy', () => {
  const video = { url: `${BASE}/original=true/7.mp4`, kind: 'video' };
  assert.equal(stillUrl(video, 450), `${BASE}/anim=false,transcode=true,width=450/7.jpeg`);
  assert.equal(videoUrl(video, 1600), `${BASE}/transcode=true,width=800/7.mp4`);
});

test('an address without a params segment is left as it is', () => {
  for (const url of [
    'https://lh3.example/avatar.png',
    'https://image-b2.civitai.com/file/civitai-media-cache/5c/450x_so',
    '',
  ]) {
    assert.equal(stillUrl({ url, kind: 'image' }, 450), url);
  }
});
