import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import * as format from '../../javascript/tab/format.mjs';
import { TEXTS as DE } from '../../javascript/tab/lang/de.mjs';
import { TEXTS as EN } from '../../javascript/tab/lang/en.mjs';
import { chooseLanguage, LANGUAGES, language, languageOf, useLanguage } from '../../javascript/tab/language.mjs';
import { t } from '../../javascript/tab/strings.mjs';

const LANG = new URL('../../javascript/tab/lang/', import.meta.url);

/** Words that are the same in both languages: names, terms of the field, figures. */
const SAME = new Set(
  `CivitDock CivitAI Browser Downloads Filter Filters LoRA Embedding ControlNet Checkpoint VAE Upscaler Hypernetwork
   Prompt Seed Sampler Scheduler Preset Hash Hashes Link Tags Name Version Text Update Likes Details Archive English
   Deutsch Esc Workflows Wildcards CLIP Vision Aesthetic Early Access Merges Format Checkpoints EA min s h Clip
   Skip Refiner`.split(/\s+/),
);

const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const PLURAL = /\.(zero|one|two|few|many|other)$/;

test('every language has every text with the same placeholders', () => {
  for (const [key, text] of Object.entries(EN)) {
    assert.ok(Object.hasOwn(DE, key), `${key} is missing`);
    assert.deepEqual(holes(DE[key]), holes(text), key);
  }
  assert.deepEqual(
    Object.keys(DE).filter((key) => !(key in EN) && !PLURAL.test(key)),
    [],
  );
});

test('every plural form that a language needs is there', () => {
  for (const [code, texts] of Object.entries({ en: EN, de: DE })) {
    const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    for (const key of Object.keys(EN).filter((name) => name.endsWith('.one')))
      for (const form of forms) assert.ok(key.replace(/one$/, form) in texts, `${code}: ${key}, ${form}`);
  }
});

test('no text was left in English', () => {
  const left = Object.entries(EN).filter(([key, text]) => {
    const words = text.replace(/\{\w+\}/g, '').match(/\p{L}+/gu) ?? [];
    return DE[key] === text && words.some((word) => !SAME.has(word));
  });
  assert.deepEqual(left, []);
});

test('a key stands in one file only', async () => {
  for (const code of LANGUAGES) {
    const folder = new URL(`${code}/`, LANG);
    const keys = [];
    for (const name of await readdir(folder)) {
      const module = await import(new URL(name, folder).href);
      keys.push(...Object.values(module).flatMap((texts) => Object.keys(texts)));
    }
    assert.equal(new Set(keys).size, keys.length, code);
  }
});

test('the language comes from the setting, else the host, else the page, else the browser', () => {
  const browser = ['de-AT', 'en'];
  assert.equal(chooseLanguage('de', { browser: ['en'] }), 'de');
  assert.equal(chooseLanguage('en', { host: 'de_DE', browser }), 'en');
  assert.equal(chooseLanguage('auto', { host: 'de_DE', page: 'en', browser: ['en'] }), 'de');
  assert.equal(chooseLanguage('auto', { host: 'zh_CN', page: 'en', browser }), 'en');
  for (const host of ['', 'None', undefined]) {
    assert.equal(chooseLanguage('auto', { host, page: 'en', browser }), 'de');
    assert.equal(chooseLanguage('auto', { host, page: 'de', browser: ['en'] }), 'de');
    assert.equal(chooseLanguage('auto', { host, page: 'en', browser: ['fr', 'de'] }), 'en');
  }
  assert.equal(chooseLanguage(undefined, {}), 'en');
  assert.equal(chooseLanguage('klingon', { browser }), 'de');
});

test('hosts name their localisation by a tag or by a word', () => {
  for (const name of ['de', 'de_DE', 'de-CH', 'German', 'Deutsch (German)', 'ext-deutsch'])
    assert.equal(languageOf(name), 'de', name);
  for (const name of ['zh_CN', 'delta', 'design', '', null]) assert.equal(languageOf(name), null, String(name));
});

test('numbers, sizes, dates and plurals are written as the language does', async () => {
  await useLanguage('de', ['de-DE']);
  assert.equal(t('results.count', { n: 1 }), '1 Ergebnis');
  assert.equal(t('results.count', { n: 1200 }), '1.200 Ergebnisse');
  assert.equal(format.bytes(6_938_041_050), '6,5 GB');
  assert.equal(format.count(1234), '1,2 Tsd.');
  assert.equal(format.count(12_000_000), '12 Mio.');
  assert.equal(format.duration(3660), '1 h 1 min');
  assert.match(format.date('2026-03-05T12:00:00Z'), /5\. (März|Mär\.?) 2026/);
  await useLanguage('en', ['de-DE', 'en-US']);
  assert.equal(format.bytes(6_938_041_050), '6.5 GB');
  assert.equal(language().locale, 'en-US');
});

test('a value in braces is shown as it is', async () => {
  await useLanguage('de');
  assert.equal(t('chip.tag', { value: '{name}' }), '#{name}');
});

test('only the catalogue of the language in use is loaded', async () => {
  const code = await readFile(new URL('../language.mjs', LANG), 'utf8');
  assert.doesNotMatch(code, /^import /m);
});

test('the entry, which has no catalogue yet, says its few words in every language', async () => {
  const code = await readFile(new URL('../../civitdock.mjs', LANG), 'utf8');
  const keys = (name) => {
    const block = code.match(new RegExp(`^  ${name}: \\{\\n([\\s\\S]*?)^  \\},`, 'm'))?.[1] ?? '';
    return [...block.matchAll(/^ {4}(\w+):/gm)].map(([, key]) => key);
  };
  assert.ok(keys('en').length > 0);
  for (const code of LANGUAGES) assert.deepEqual(keys(code), keys('en'), code);
});
