import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Window } from 'happy-dom';

const window = new Window({ url: 'http://127.0.0.1:7860/' });
for (const name of ['document', 'HTMLElement']) globalThis[name] = window[name];
globalThis.window = window;

let observe = (_entries) => {};
globalThis.IntersectionObserver = class {
  constructor(run) {
    observe = run;
  }
  observe() {}
  unobserve() {}
};

const { readConfig } = await import('../../javascript/tab/config.mjs');
const { isFetchedHere, pictureSource } = await import('../../javascript/tab/pictures.mjs');
const { AT_ONCE, PictureLine } = await import('../../javascript/tab/pictureline.mjs');
const { Media } = await import('../../javascript/tab/media.mjs');
const { Session } = await import('../../javascript/tab/session.mjs');

const BASE = '/sub/civitdock/api/';
const PICTURE = 'https://image.civitai.com/k/u/width=450/1.jpeg';
const config = (values) => readConfig({ civitai_pictures: 'direct', ...values });

test('pictures come from CivitAI, or through the program where the setting says so', () => {
  assert.equal(pictureSource(PICTURE, config({}), BASE), PICTURE);
  const source = pictureSource(PICTURE, config({ civitai_pictures: 'local' }), BASE);
  assert.equal(source, `${BASE}picture?url=${encodeURIComponent(PICTURE)}`);
  assert.ok(isFetchedHere(source, BASE));
  assert.ok(!isFetchedHere(PICTURE, BASE));
});

test('nothing is loaded before the setting is known', () => {
  assert.equal(pictureSource(PICTURE, readConfig({}), BASE), '');
});

test('a preview beside a file is our own, whatever the setting', () => {
  const own = `${BASE}local-preview?path=x`;
  for (const way of ['direct', 'local']) assert.equal(pictureSource(own, config({ civitai_pictures: way }), BASE), own);
});

test("a stranger's picture is not loaded in either way", () => {
  for (const address of [
    'http://image.civitai.com/x',
    'https://image.civitai.com.evil.example/x',
    'https://image.civitai.com@evil.example/x',
    'https://user@image.civitai.com/x',
    'https://image.civitai.com:8443/x',
    'https://notcivitai.com/x',
    'http://127.0.0.1:9999/x',
    'http://192.168.1.1/x',
    '/civitdock/api/settings',
    'javascript:alert(1)',
    'data:image/png;base64,AA',
    '',
  ])
    for (const way of ['direct', 'local'])
      assert.equal(pictureSource(address, config({ civitai_pictures: way }), BASE), '', address);
});

test('pictures of this machine are loaded beside an API of this machine', () => {
  const address = 'http://127.0.0.1:7871/x/u/width=450/1.jpeg';
  assert.equal(pictureSource(address, config({ civitai_api_url: 'http://127.0.0.1:7871/api/v1' }), BASE), address);
  assert.equal(pictureSource(address, config({ civitai_api_url: 'https://civitai.com/api/v1' }), BASE), '');
});

function images(count) {
  return Array.from({ length: count }, () => document.body.appendChild(document.createElement('img')));
}
const seen = (list) => observe(list.map((target) => ({ target, isIntersecting: true })));
const loading = (list) => list.filter((image) => image.getAttribute('src')).length;
const end = (image, type) => image.dispatchEvent(new window.Event(type));

test('four load at a time, and each that ends makes room, also one that fails', () => {
  const line = new PictureLine();
  const list = images(8);
  for (const image of list) line.add(image, `${BASE}picture?url=x`);
  assert.equal(loading(list), 0, 'what is not seen waits');
  seen(list);
  assert.equal(loading(list), AT_ONCE);
  end(list[0], 'load');
  end(list[1], 'error');
  assert.equal(loading(list), AT_ONCE + 2);
  end(list[0], 'load');
  assert.equal(loading(list), AT_ONCE + 2, 'a picture gives its place back once');
});

test('what has left the page or is shown no more takes no place', () => {
  const line = new PictureLine();
  const list = images(7);
  for (const image of list) line.add(image, `${BASE}picture?url=x`);
  line.drop(list[6]);
  seen(list);
  list[4].remove();
  end(list[0], 'load');
  assert.equal(list[4].getAttribute('src'), null);
  assert.ok(list[5].getAttribute('src'));
  end(list[1], 'load');
  assert.equal(list[6].getAttribute('src'), null);
});

test('a picture made before the settings were read comes when they are', () => {
  const session = new Session(BASE);
  const media = new Media({ url: PICTURE, kind: 'image', nsfw_level: 1, blurhash: null }, { session, width: 100 });
  assert.equal(media.el.querySelector('img'), null);
  session.config.set(readConfig({ civitai_pictures: 'direct', civitai_nsfw_blur: 'X' }));
  assert.equal(media.el.querySelectorAll('img').length, 1);
  assert.equal(session.config.listeners.size, 0);
});
