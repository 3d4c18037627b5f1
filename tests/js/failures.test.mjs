import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { HELP_FOR, helpFor, helpRetries, helpWithoutJob } from '../../javascript/tab/failures.mjs';
import { TEXTS } from '../../javascript/tab/lang/en.mjs';
import { hasText } from '../../javascript/tab/strings.mjs';
import './support/english.mjs';

const ROOT = new URL('../../', import.meta.url);

test('every code that the server knows has the one action that helps', async () => {
  const tree = await readFile(new URL('extension/civitdock/errors.py', ROOT), 'utf8');
  const page = await readFile(new URL('docs/errors.md', ROOT), 'utf8');
  const raised = [...tree.matchAll(/^ {4}code(?:: [\w[\]]+)? = "([a-z_]+)"/gm)].map(([, code]) => code);
  const described = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code]) => code);
  assert.ok(raised.length > 25, 'the tree of errors is read');
  assert.deepEqual(
    [...raised, ...described].filter((code) => !Object.hasOwn(HELP_FOR, code)),
    [],
  );
});

test('every action has its words, and a setting that exists', async () => {
  const settings = await readFile(new URL('docs/settings.md', ROOT), 'utf8');
  for (const [code, help] of Object.entries(HELP_FOR)) {
    assert.ok(hasText(help.text), `${code}: ${help.text}`);
    if (help.kind === 'setting') assert.ok(settings.includes(`| \`${help.setting}\` |`), `${code}: ${help.setting}`);
  }
});

test('a hint that says what to press names a button of this page', async () => {
  const tree = await readFile(new URL('extension/civitdock/errors.py', ROOT), 'utf8');
  const labels = new Set(Object.values(TEXTS));
  const pressed = [...tree.matchAll(/[Pp]ress ([A-Z]\w*(?: \w+)?)(?=[.,:]| to)/g)].map(([, label]) => label);
  assert.ok(pressed.includes('Test key'));
  assert.deepEqual(
    pressed.filter((label) => !labels.has(label)),
    [],
  );
});

test('a code newer than the page can be tried again', () => {
  assert.equal(helpFor('something_new').kind, 'retry');
  assert.equal(helpWithoutJob('something_new'), null);
});

test('without a job only that is offered which needs none', () => {
  assert.equal(helpWithoutJob('no_api_key')?.kind, 'key');
  assert.equal(helpWithoutJob('locked_by_host')?.kind, 'copy');
  assert.equal(helpWithoutJob('disk_full'), null);
});

test('a failure whose help is another try needs no second button for it', () => {
  const failed = (code) => ({ error: { code, message: '' } });
  assert.equal(helpRetries(failed('hash_mismatch')), true);
  assert.equal(helpRetries(failed('no_api_key')), false);
  assert.equal(helpRetries({ error: null }), false);
});
