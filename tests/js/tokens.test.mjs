import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReference, lineOf, namedBy, readTokens, versionIn } from '../../javascript/tab/tokens.mjs';

const NONE = { text: '', creator: '', tag: '', reference: '' };
const SHA256 = 'A1'.repeat(32);
const LINKS = [
  'https://civitai.com/models/12/some-name?modelVersionId=34',
  'https://civitai.red/api/download/models/34?type=Model&format=SafeTensor',
  'civitai.green/model-versions/34',
  'www.civitai.com/models/12?modelVersionId=34',
  'urn:air:sdxl:lora:civitai:12@34',
  'sdxl:lora:civitai:12@34.safetensors',
  'civitai:12@34',
];

test('@creator and #tag leave the text; a word still being typed stays', () => {
  const whole = { ...NONE, text: 'sky', creator: 'lumen', tag: 'night sky' };
  assert.deepEqual(readTokens('sky @lumen #night_sky', 'done'), whole);
  assert.deepEqual(readTokens(' #"night sky"  sky @lumen', 'done'), whole);
  assert.deepEqual(readTokens('sky @lum', 'typing'), { ...NONE, text: 'sky @lum' });
  assert.deepEqual(readTokens('sky @lumen ', 'typing'), { ...NONE, text: 'sky', creator: 'lumen' });
});

test('what is no mark stays text', () => {
  for (const text of ['a@b.example', '@', '#', 'c# and f#', 'one,two', 'https:', '1.5 model', 'a "b c"']) {
    assert.deepEqual(readTokens(text, 'done'), { ...NONE, text });
  }
});

test('links of every name of CivitAI, AIRs and whole hashes are taken out of the words around them', () => {
  for (const link of [...LINKS, SHA256]) {
    assert.deepEqual(readTokens(link, 'done'), { ...NONE, reference: link });
    assert.deepEqual(readTokens(`sky <${link}> blue`, 'done'), { ...NONE, text: 'sky blue', reference: link });
    assert.equal(isReference(link), true, link);
  }
  assert.deepEqual(LINKS.map(versionIn), Array(LINKS.length).fill(34));
  assert.equal(versionIn('https://civitai.com/models/12'), null);
});

test('the page of a creator or of a tag is the mark that means the same', () => {
  assert.deepEqual(readTokens('https://civitai.com/user/lumen/models', 'done'), { ...NONE, creator: 'lumen' });
  assert.deepEqual(readTokens('sky civitai.red/tag/night%20sky', 'done'), { ...NONE, text: 'sky', tag: 'night sky' });
});

test('a number or a short hash names something only alone, and a hash has a digit', () => {
  assert.deepEqual(readTokens('2077', 'done'), { ...NONE, reference: '2077' });
  assert.deepEqual(readTokens('2077', 'typing'), { ...NONE, text: '2077' });
  assert.deepEqual(readTokens('cyberpunk 2077', 'done'), { ...NONE, text: 'cyberpunk 2077' });
  assert.deepEqual(readTokens('@lumen A3F1A3F1A3', 'done'), { ...NONE, creator: 'lumen', reference: 'A3F1A3F1A3' });
  for (const text of ['', 'sky', 'deadbeef cafe', 'deadbeef', 'a3f1a3f1a', '12345678901']) {
    assert.equal(isReference(text), false, text);
  }
});

test('a chip says the most exact thing that is named', () => {
  const named = (reference) => Object.values(namedBy(reference)).join(' ');
  assert.equal(named(LINKS[1]), 'version 34');
  assert.equal(named('https://civitai.com/models/12'), 'model 12');
  assert.equal(named('urn:air:sdxl:lora:civitai:12'), 'model 12');
  assert.equal(named('12'), 'id 12');
  assert.equal(named(SHA256), `hash ${SHA256.slice(0, 12)}…`);
  assert.equal(named('https://example.com/models/1'), 'link example.com/models/1');
  assert.equal(named('http://127.0.0.1:4000/models/12'), 'model 12');
  assert.equal(named('https://civitai.com/articles/5'), 'link civitai.com/articles/5');
});

test('a line written from what was read is read the same', () => {
  for (const line of ['sky @lumen #"night sky"', 'sky #under_score', 'cat civitai:12@34', '#"a_b"', '2077', '']) {
    const read = readTokens(line, 'done');
    assert.deepEqual(readTokens(lineOf(read), 'done'), read, line);
  }
});
