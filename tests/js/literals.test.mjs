import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

const TAB = new URL('../../javascript/tab/', import.meta.url);

/** Attributes and properties that a person reads or hears. */
const SHOWN =
  /(?:['"]?(?:aria-label|aria-description|aria-valuetext|title|placeholder|alt)['"]?|textContent|innerText)\s*[:=]\s*$/;
/** Places where a text with blanks is not for people: classes, selectors, styles, the log. */
const FOR_MACHINES =
  /(?:class|style|cssText|className|rel|allow|sandbox|font|content)['"]?\s*[:=]\s*\[?$|(?:matches|closest|querySelector(?:All)?|console\.(?:warn|error)|new Error|classList\.\w+)\([^)]*$/;
/** A word of prose behind another: what no key, class or selector of ours looks like. */
const PROSE = /(?:^|[\s(„“"])\p{L}[\p{Ll}’']+,? \p{Ll}{2,}/u;

/** A list of classes, or rules of a style sheet. */
const STYLE = /^[a-z]+(?: [a-z]+-[a-z-]+)+$|\{[a-z-]+:/;

/** Regular expressions, whose quotes begin no text. */
const PATTERN = /(?<=[(,=:?&|!]\s*)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[gimsuy]*/g;

/** Texts that stay as they are in every language. */
const ALLOWED = new Set([
  'Clip skip', // the WebUI's own name of a field
]);

/**
 * The text literals of a source that a person would read.
 * @param {string} source
 * @returns {string[]}
 */
function readable(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`/])\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '));
  const plain = code.replace(PATTERN, 'PATTERN');
  const found = [];
  for (const { 0: literal, index } of plain.matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g)) {
    const before = plain.slice(Math.max(0, index - 120), index);
    const text = literal.slice(1, -1).replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…');
    const shown = SHOWN.test(before) && /\p{L}{2}/u.test(text);
    if ((shown || PROSE.test(text)) && !FOR_MACHINES.test(before) && !STYLE.test(text) && !ALLOWED.has(text))
      found.push(text);
  }
  return found;
}

test('no text for people stands outside the catalogue', async () => {
  const stray = [];
  for (const name of (await readdir(TAB)).filter((file) => file.endsWith('.mjs') && file !== 'servercodes.mjs'))
    for (const text of readable(await readFile(new URL(name, TAB), 'utf8'))) stray.push(`${name}: ${text}`);
  assert.deepEqual(stray, []);
});

test('such texts are found', () => {
  for (const source of [
    "button.title = 'Close';",
    "h('button', { 'aria-label': 'Close' })",
    "h('p', null, 'Nothing here yet')",
    'node.placeholder = "Search";',
    "toast('The file, it seems, is gone')",
    "setText(a, b ? 'One more thing' : '')",
  ])
    assert.equal(readable(source).length, 1, source);
  for (const source of [
    "h('p', { class: 'muted small-text' }, t('local.empty'))",
    "root.querySelector('dialog.drawer button')",
    "// It's a remark on that\nx = 'a';",
    "console.warn('The other models did not come', error)",
  ])
    assert.deepEqual(readable(source), [], source);
});
