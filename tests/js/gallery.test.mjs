import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Window } from 'happy-dom';
import './support/english.mjs';

const window = new Window({ url: 'http://127.0.0.1:7860/' });
for (const name of ['document', 'HTMLElement', 'DOMParser']) globalThis[name] = window[name];
globalThis.window = window;

/** Elements that wait to be seen. */
const unseen = new Map();
globalThis.IntersectionObserver = class {
  constructor(run) {
    this.run = run;
  }
  observe(element) {
    unseen.set(element, () => this.run([{ isIntersecting: true }]));
  }
  disconnect() {
    this.run = () => {};
  }
};
const see = (element) => unseen.get(element)?.();

const { Gallery, GALLERY_PAGE, galleryPath } = await import('../../javascript/tab/gallery.mjs');
const { CreatorStrip } = await import('../../javascript/tab/creatorstrip.mjs');
const { PicturePages } = await import('../../javascript/tab/pages.mjs');
const { plainWords } = await import('../../javascript/tab/plainwords.mjs');
const { versionList } = await import('../../javascript/tab/drawerparts.mjs');
const { ApiError } = await import('../../javascript/tab/api.mjs');
const { Session } = await import('../../javascript/tab/session.mjs');

const picture = (id, level = 1) => ({
  id,
  url: `https://image.civitai.com/x/${id}/original=true/${id}.jpeg`,
  kind: 'image',
  width: 832,
  height: 1216,
  blurhash: null,
  nsfw_level: level,
  meta: { prompt: `picture ${id}` },
});
const page = (ids, next_cursor = null, hidden_images = 0) => ({
  items: ids.map((id) => picture(id)),
  next_cursor,
  source: 'network',
  hidden_images,
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A session whose routes answer from a list, in turn; an error is thrown. */
function sessionWith(...answers) {
  const session = new Session('api/');
  const asked = [];
  const next = async (path, body) => {
    asked.push(body ? [path, body] : path);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  session.api.get = (path) => next(path);
  session.api.post = (path, body) => next(path, body);
  return { session, asked };
}

beforeEach(() => unseen.clear());

test('pages grow without repeating a picture, count what is hidden, and end only without a cursor', async () => {
  const answers = [page([1, 2, 2], 'a', 1), page([], 'b', 2), page([2, 3], null)];
  const asked = [];
  const pages = new PicturePages(async (cursor) => {
    asked.push(cursor);
    return answers.shift();
  });
  const shown = pages.pictures;
  for (let turn = 0; turn < 5; turn += 1) await pages.more();
  assert.deepEqual(asked, [null, 'a', 'b']);
  assert.deepEqual(
    shown.map(({ id }) => id),
    [1, 2, 3],
  );
  assert.equal(pages.hidden, 3);
  assert.equal(pages.goesOn, false);
});

test('a cursor that turns in a circle ends the list', async () => {
  const pages = new PicturePages(async () => page([], 'same'));
  await pages.more();
  await pages.more();
  assert.equal(pages.goesOn, false);
});

test('one question at a time, and none is heard after the end', async () => {
  let calls = 0;
  let answer;
  const pages = new PicturePages((_cursor, signal) => {
    calls += 1;
    return new Promise((resolve) => {
      answer = () => resolve(page([1]));
      assert.equal(signal.aborted, false);
    });
  });
  const first = pages.more();
  await pages.more();
  assert.equal(calls, 1);
  pages.stop();
  answer();
  await first;
  assert.deepEqual(pages.pictures, []);
});

test('the gallery is asked for once it is seen, and goes on by its button', async () => {
  const { session, asked } = sessionWith(page([1, 2], 'next one', 3), page([2, 3]));
  const opened = [];
  const gallery = new Gallery(session, (pictures, index) => opened.push([pictures.map(({ id }) => id), index]));
  gallery.show(70);
  await settled();
  assert.deepEqual(asked, []);
  see(gallery.el);
  await settled();
  assert.deepEqual(asked, [`model-images?model_version_id=70&limit=${GALLERY_PAGE}`]);
  assert.equal(gallery.list.children.length, 2);
  assert.match(gallery.el.textContent, /3 pictures are hidden/);
  assert.equal(gallery.button.hidden, false);
  gallery.button.click();
  await settled();
  assert.equal(asked[1], galleryPath(70, 'next one'));
  assert.equal(gallery.button.hidden, true);
  gallery.list.querySelectorAll('button')[2].click();
  assert.deepEqual(opened, [[[1, 2, 3], 2]]);
  gallery.show(70);
  assert.equal(gallery.list.children.length, 3);
  session.config.set({ ...session.config.value, level: 'X' });
  gallery.show(70);
  assert.equal(gallery.list.children.length, 0);
  gallery.clear();
  assert.equal(gallery.el.children.length, 0);
});

test('a failure is told and tried again where it stopped; no picture at all is told too', async () => {
  const { session, asked } = sessionWith(page([1], 'a'), new ApiError('civitai_down', 'CivitAI is down.'), page([2]));
  const gallery = new Gallery(session, () => {});
  gallery.show(1);
  see(gallery.el);
  await settled();
  gallery.button.click();
  await settled();
  assert.match(gallery.el.textContent, /did not come.*CivitAI is down\.Try again/);
  gallery.button.click();
  await settled();
  assert.equal(asked[2], asked[1]);
  assert.equal(gallery.list.children.length, 2);
  assert.doesNotMatch(gallery.el.textContent, /did not come/);

  const empty = new Gallery(sessionWith(page([])).session, () => {});
  empty.show(1);
  see(empty.el);
  await settled();
  assert.match(empty.el.textContent, /Nobody has posted/);
});

test('a picture above the blur level is covered until it is revealed', async () => {
  const { session } = sessionWith({ ...page([]), items: [picture(1, 16)] });
  session.config.set({ ...session.config.value, blur: 'None', pictures: 'direct' });
  const gallery = new Gallery(session, () => {});
  gallery.show(1);
  see(gallery.el);
  await settled();
  const cover = gallery.list.querySelector('.strip-hidden');
  assert.equal(gallery.list.querySelectorAll('img').length, 0);
  assert.equal(cover.hidden, false);
  session.revealed.add(picture(1).url);
  gallery.show(1);
  assert.equal(gallery.list.querySelectorAll('img').length, 1);
  assert.equal(cover.hidden, true);
});

const card = (id) => ({
  id,
  name: `model ${id}`,
  type: 'LORA',
  creator: 'ann',
  preview: null,
  latest: { base_model: 'Pony' },
  installed: id === 3 ? 'installed' : 'none',
});

test('the other models of a creator open in place, and the list stays while one goes through it', async () => {
  const { session, asked } = sessionWith({ items: [card(1), card(2), card(3)], next_cursor: 'x', source: 'network' });
  const opened = [];
  const app = {
    session,
    openModel: (...args) => opened.push(args),
    searching: { creator: (name) => opened.push(name) },
  };
  const strip = new CreatorStrip(app);
  strip.show(card(1));
  see(strip.el);
  await settled();
  assert.deepEqual(asked, [['search', { creator: 'ann', limit: 13 }]]);
  const names = () => [...strip.el.querySelectorAll('.other-name')].map((element) => element.textContent);
  assert.deepEqual(names(), ['model 2', 'model 3']);
  assert.match(strip.el.querySelectorAll('.other')[1].textContent, /Installed/);
  strip.el.querySelector('.other').click();
  assert.equal(opened[0][0], 2);
  assert.equal(opened[0][2].name, 'model 2');
  strip.show(card(2));
  assert.deepEqual(names(), ['model 1', 'model 3']);
  strip.el.querySelector('h3 button').click();
  assert.equal(opened[1], 'ann');
  assert.equal(asked.length, 1);
  strip.show(null);
  assert.equal(strip.el.children.length, 0);
});

test('a creator with one model, or none that is named, has no strip', async () => {
  const { session } = sessionWith({ items: [card(1)], next_cursor: null, source: 'network' });
  const strip = new CreatorStrip({ session });
  strip.show(card(1));
  see(strip.el);
  await settled();
  assert.equal(strip.el.children.length, 0);
  strip.show({ ...card(9), creator: null });
  assert.equal(strip.el.children.length, 0);
});

test('what an author wrote becomes one line that ends between words', () => {
  assert.equal(
    plainWords('<p>New: <b>hands</b></p><ul><li>one</li><li>two &amp; three</li></ul>'),
    'New: hands one two & three',
  );
  assert.equal(plainWords('<style>p{}</style><script>alert(1)</script>a<br>b'), 'a b');
  assert.equal(plainWords('one two three four', 10), 'one two …');
  assert.equal(plainWords('x'.repeat(30), 10), `${'x'.repeat(10)} …`);
  for (const html of [null, undefined, '', '<p> </p>', '<img src="https://a/b">']) assert.equal(plainWords(html), '');
});

test('a version tells its date, base model, marks and what changed', () => {
  const session = new Session('api/');
  const soon = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const version = (id, more) => ({ id, model_id: 1, name: `v${id}`, files: [], images: [], ...more });
  const versions = [
    version(2, {
      base_model: 'Pony',
      published_at: soon,
      early_access_until: soon,
      description_html: '<p>Better hands</p>',
    }),
    version(1, { base_model: 'SDXL 1.0', published_at: '2026-01-02T00:00:00Z', installed: true }),
  ];
  const chosen = [];
  const list = versionList({ session }, { id: 1, versions }, 2, (id) => chosen.push(id));
  const [newest, oldest] = list.querySelectorAll('button');
  assert.match(newest.textContent, /v2.*Pony.*Better hands/);
  assert.ok(newest.querySelector('.tag-early'));
  assert.equal(newest.getAttribute('aria-current'), 'true');
  assert.ok(oldest.querySelector('.tag-good'));
  assert.equal(oldest.querySelector('.version-news'), null);
  assert.match(oldest.textContent, /2026/);
  oldest.click();
  assert.deepEqual(chosen, [1]);
});
