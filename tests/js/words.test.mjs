import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { isAbove, levelsUpTo } from '../../javascript/tab/levels.mjs';
import { licenceTerms } from '../../javascript/tab/licence.mjs';
import { hasText, t, term } from '../../javascript/tab/strings.mjs';
import './support/english.mjs';

const TAB = new URL('../../javascript/tab/', import.meta.url);

test('every key written in the code is in the catalogue', async () => {
  const missing = [];
  for (const name of (await readdir(TAB)).filter((file) => file.endsWith('.mjs'))) {
    const code = await readFile(new URL(name, TAB), 'utf8');
    for (const [, key] of code.matchAll(/\bt\(\s*'([^']+)'/g)) {
      if (!hasText(key) && !hasText(`${key}.other`)) missing.push(`${name}: ${key}`);
    }
  }
  assert.deepEqual(missing, []);
});

test('no module of the tab writes HTML from text', async () => {
  for (const name of (await readdir(TAB)).filter((file) => file.endsWith('.mjs'))) {
    const code = await readFile(new URL(name, TAB), 'utf8');
    assert.doesNotMatch(code, /\.(inner|outer)HTML|insertAdjacentHTML|document\.write|setHTMLUnsafe|\beval\(/, name);
  }
});

test('numbers choose between one and many', () => {
  assert.equal(t('results.count', { n: 1 }), '1 result');
  assert.equal(t('results.count', { n: 0 }), '0 results');
  assert.equal(t('badge.early', { n: 5 }), 'Early access, 5 days');
});

test('a value of CivitAI without words of ours is shown as it is', () => {
  assert.equal(term('type', 'LORA'), 'LoRA');
  assert.equal(term('type', 'SomethingNew'), 'SomethingNew');
});

test('text in braces inside a value is not filled in again', () => {
  assert.equal(t('chip.tag', { value: '{name}' }), '#{name}');
});

test('a licence in the words of the contract and in all forms of CivitAI means the same', () => {
  const forms = [
    { no_credit: false, commercial_use: ['Image', 'RentCivit'], derivatives: true, different_license: false },
    {
      allowNoCredit: false,
      allowCommercialUse: '{Image,RentCivit}',
      allowDerivatives: true,
      allowDifferentLicense: false,
    },
  ];
  const [one, other] = forms.map((form) => licenceTerms(form).map(({ text, allowed }) => `${text} ${allowed}`));
  assert.deepEqual(one, other);
  assert.deepEqual(one, [
    'licence.credit must',
    'licence.sellImages yes',
    'licence.rentCivit yes',
    'licence.rent no',
    'licence.sell no',
    'licence.derivatives yes',
    'licence.relicense no',
  ]);
});

test('what is not known of a licence is not claimed', () => {
  assert.deepEqual(licenceTerms(null), []);
  assert.deepEqual(licenceTerms({ no_credit: null, commercial_use: null }), []);
  assert.equal(
    licenceTerms({ commercial_use: [] }).every(({ allowed }) => allowed === 'no'),
    true,
  );
});

test('pictures above the level are found by their bits; unrated ones count as above', () => {
  assert.equal(isAbove(1, 'None'), false);
  assert.equal(isAbove(2, 'None'), true);
  assert.equal(isAbove(4, 'Soft'), true);
  assert.equal(isAbove(4, 'Mature'), false);
  assert.equal(isAbove(16, 'X'), false);
  assert.equal(isAbove(32, 'X'), true);
  assert.equal(isAbove(0, 'Mature'), true);
  assert.equal(isAbove(null, 'None'), true);
  assert.deepEqual(levelsUpTo('Soft'), ['None', 'Soft']);
});
