import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionFor, HELP } from '../../javascript/tab/keys.mjs';
import { hasText } from '../../javascript/tab/strings.mjs';
import './support/english.mjs';

const press = (key, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
const free = { typing: false, afterG: false };

test('letters are commands only where nobody is typing', () => {
  for (const key of ['d', 'D', '/', '?', 'b', 'g', '[', '+']) {
    assert.notEqual(actionFor(press(key), free), null, key);
    assert.equal(actionFor(press(key), { ...free, typing: true }), null, key);
  }
  assert.equal(actionFor(press('Escape'), { ...free, typing: true }), 'escape');
});

test('keys of the browser and the system are left alone', () => {
  for (const key of ['c', 'd', 'f', 'r', 'ArrowLeft']) {
    assert.equal(actionFor(press(key, { ctrlKey: true }), free), null, key);
    assert.equal(actionFor(press(key, { metaKey: true }), free), null, key);
    assert.equal(actionFor(press(key, { altKey: true }), free), null, key);
  }
});

test('Ctrl+Enter runs the search, typing or not', () => {
  assert.equal(actionFor(press('Enter', { ctrlKey: true }), { ...free, typing: true }), 'runSearch');
});

test('Ctrl and Z takes back, but in a field its own words; Delete means the file only where nobody types', () => {
  const ctrlZ = press('z', { ctrlKey: true });
  assert.equal(actionFor(ctrlZ, free), 'undo');
  assert.equal(actionFor(ctrlZ, { ...free, typing: true }), null);
  assert.equal(actionFor(press('Delete'), free), 'remove');
  assert.equal(actionFor(press('Delete'), { ...free, typing: true }), null);
});

test('on a Mac, which has no Delete, Command and Backspace mean the file where nobody types', () => {
  const remove = press('Backspace', { metaKey: true });
  assert.equal(actionFor(remove, free), 'remove');
  assert.equal(actionFor(remove, { ...free, typing: true }), null);
  assert.equal(actionFor(press('Backspace'), free), null);
  assert.equal(actionFor(press('Backspace', { ctrlKey: true }), free), null);
});

test('Shift and D asks before it downloads; a capital D of Caps Lock does not', () => {
  assert.equal(actionFor(press('D', { shiftKey: true }), free), 'options');
  assert.equal(actionFor(press('D', { shiftKey: false }), free), 'download');
});

test('after G a letter means a view and nothing else', () => {
  const after = { typing: false, afterG: true };
  assert.equal(actionFor(press('b'), after), 'goBrowse');
  assert.equal(actionFor(press('l'), after), 'goLibrary');
  assert.equal(actionFor(press('d'), after), 'goDownloads');
  assert.equal(actionFor(press('s'), after), 'goSettings');
  assert.equal(actionFor(press('x'), after), null);
});

test('every line of the help has its words', () => {
  for (const { text } of HELP) assert.ok(hasText(text), text);
});
