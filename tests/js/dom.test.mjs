import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Window } from 'happy-dom';
import './support/english.mjs';

const window = new Window({ url: 'http://127.0.0.1:7860/sub/' });
for (const name of [
  'document',
  'HTMLElement',
  'HTMLInputElement',
  'HTMLTextAreaElement',
  'HTMLSelectElement',
  'ShadowRoot',
]) {
  globalThis[name] = window[name];
}
globalThis.window = window;

const { h, safeUrl, isTyping } = await import('../../javascript/tab/dom.mjs');
const { frameDocument, pictureSources, hasWords } = await import('../../javascript/tab/description.mjs');
const { facts } = await import('../../javascript/tab/lightbox.mjs');
const { CardView, badgeOf } = await import('../../javascript/tab/card.mjs');
const { Session } = await import('../../javascript/tab/session.mjs');

const EVIL = '<img src=x onerror=alert(1)><script>alert(2)</script>';

test('text stays text, whatever it holds', () => {
  const element = h('p', { title: EVIL, data: { name: EVIL } }, EVIL, [h('b', null, EVIL), null, false, 0]);
  assert.equal(element.textContent, `${EVIL}${EVIL}0`);
  assert.equal(element.querySelectorAll('img, script').length, 0);
  assert.equal(element.getAttribute('data-name'), EVIL);
});

test('only web addresses become links and sources', () => {
  for (const url of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
    null,
    3,
  ]) {
    assert.equal(safeUrl(url), null, String(url));
    assert.equal(h('a', { href: url }).hasAttribute('href'), false);
  }
  for (const url of ['https://civitai.com/models/1', 'http://127.0.0.1:7860/a', 'civitdock/api/x'])
    assert.equal(safeUrl(url), url);
});

test('props that say no leave no attribute', () => {
  const button = h('button', { disabled: false, hidden: null, 'aria-label': undefined, autofocus: true });
  assert.deepEqual(
    [...button.attributes].map(({ name }) => name),
    ['autofocus'],
  );
});

test('typing is told from pressing keys on a button or a box', () => {
  assert.equal(isTyping(h('input', { type: 'search' })), true);
  assert.equal(isTyping(h('textarea', null)), true);
  assert.equal(isTyping(h('select', null)), true);
  assert.equal(isTyping(h('input', { type: 'checkbox' })), false);
  assert.equal(isTyping(h('button', null)), false);
  assert.equal(isTyping(null), false);
});

test('the frame of a description has its policy before the first word of the author', () => {
  const theme = /** @type {any} */ ({
    color: '#000',
    fontSize: '14px',
    fontFamily: 'x</style><script>',
    colorScheme: 'dark',
    getPropertyValue: () => '',
  });
  const text = frameDocument(EVIL, theme, 'https://*.civitai.com');
  const policy = text.indexOf("default-src 'none'; img-src https://*.civitai.com;");
  assert.ok(policy > 0 && policy < text.indexOf(EVIL));
  assert.equal(text.slice(0, text.indexOf(EVIL)).includes('<script'), false);
  assert.equal(/script-src|unsafe-eval|allow-scripts/.test(text), false);
});

test('pictures in a description come from CivitAI, and from this machine only where the model’s own do', () => {
  assert.doesNotMatch(pictureSources(['https://image.civitai.com/a/b/c/d.jpeg']), /127|localhost|\*:/);
  assert.match(pictureSources(['http://127.0.0.1:4000/a']), / http:\/\/127\.0\.0\.1:4000$/);
  assert.doesNotMatch(pictureSources(['http://127.0.0.1:7860/a', 'http://10.0.0.1/a', 'nonsense']), /7860|10\.0/);
});

test('an empty description is not framed', () => {
  for (const html of [null, undefined, '', '<p></p>', '<p> <br></p>']) assert.equal(hasWords(html), false);
  assert.equal(hasWords('<p>a</p>'), true);
  assert.equal(hasWords('<p><img src="https://x"></p>'), true);
});

test('generation data shows plain values only, prompts apart', () => {
  const meta = {
    prompt: 'a',
    steps: 20,
    hashes: { x: 1 },
    resources: [1],
    sampler: 'Euler',
    long: 'x'.repeat(200),
    hires: true,
    none: null,
  };
  assert.deepEqual(facts(meta), [
    ['steps', '20'],
    ['sampler', 'Euler'],
    ['hires', 'true'],
  ]);
});

const model = (more = {}) => ({
  id: 1,
  name: EVIL,
  type: 'LORA',
  creator: EVIL,
  base_models: [EVIL],
  nsfw_level: 1,
  stats: { downloads: null, likes: 3, comments: 0 },
  preview: null,
  latest: {
    version_id: 10,
    name: 'v1',
    base_model: null,
    published_at: null,
    early_access_until: null,
    file: { id: 100, name: 'a', size_bytes: 5, format: null },
  },
  installed: 'none',
  page_url: null,
  ...more,
});
const view = (session, card) =>
  new CardView(card, {
    session,
    width: 200,
    events: { open() {}, download() {}, select() {}, isSelected: () => false },
  });

test('a card holds hostile names as text and has a name for every button', () => {
  const { el } = view(new Session('http://x/'), model());
  assert.equal(el.querySelectorAll('img, script').length, 0);
  assert.equal(el.querySelector('.card-name').textContent, EVIL);
  for (const button of el.querySelectorAll('button')) assert.ok(button.getAttribute('aria-label'));
});

test('what is above the blur level is not even asked for until it is revealed', () => {
  const session = new Session('http://x/');
  session.config.set({ ...session.config.value, pictures: 'direct' });
  const preview = {
    url: 'https://image.civitai.com/k/u/original=true/1.jpeg',
    kind: 'image',
    width: 1,
    height: 1,
    blurhash: null,
    nsfw_level: 8,
  };
  const card = view(session, model({ preview }));
  assert.equal(card.el.querySelectorAll('img').length, 0);
  assert.equal(card.reveal.hidden, false);
  assert.ok(card.el.contains(card.reveal));
  card.toggleBlur();
  assert.equal(card.el.querySelectorAll('img').length, 1);
  card.toggleBlur();
  assert.equal(card.el.querySelectorAll('img').length, 0);
});

test('while a list rushes by no picture is asked for, and as soon as it is calm it is', () => {
  const session = new Session('http://x/');
  session.config.set({ ...session.config.value, pictures: 'direct' });
  const preview = {
    url: 'https://image.civitai.com/k/u/original=true/1.jpeg',
    kind: 'image',
    width: 1,
    height: 1,
    blurhash: null,
    nsfw_level: 1,
  };
  const pace = { rushes: true };
  const events = { open() {}, download() {}, select() {}, isSelected: () => false };
  const card = new CardView(model({ preview }), { session, width: 200, pace, events });
  const pictures = () => card.el.querySelectorAll('img').length;
  card.update();
  assert.equal(pictures(), 0);
  pace.rushes = false;
  card.calm();
  card.calm();
  assert.equal(pictures(), 1);
});

test('the badge says the most pressing thing', () => {
  const session = new Session('http://x/');
  const now = Date.parse('2026-11-20T12:00:00Z');
  const early = model();
  early.latest.early_access_until = '2026-11-23T12:00:00Z';
  assert.deepEqual([badgeOf(model(), session, now), badgeOf(early, session, now)?.kind], [null, 'early']);
  assert.equal(badgeOf({ ...early, installed: 'update' }, session, now)?.kind, 'update');
  session.queue.asked.add('10/100');
  assert.equal(badgeOf({ ...early, installed: 'update' }, session, now)?.kind, 'queued');
  session.jobs.put({
    id: 'j',
    state: 'downloading',
    model_id: 1,
    version_id: 10,
    file_id: 100,
    bytes_done: 43,
    bytes_total: 100,
  });
  assert.deepEqual([badgeOf(early, session, now)?.kind, badgeOf(early, session, now)?.percent], ['active', 43]);
});
