import assert from 'node:assert/strict';
import { test } from 'node:test';

import { buttonsToPress } from '../../javascript/tab/hostcards.mjs';

const button = (id) => ({ id });

test('one button for each tab of the host, since one refreshes all pages of its tab', () => {
  const found = [
    button('txt2img_textual_inversion_extra_refresh_internal'),
    button('txt2img_lora_extra_refresh_internal'),
    button('img2img_lora_extra_refresh_internal'),
    button('something_else'),
  ];
  assert.deepEqual(
    buttonsToPress(found).map((each) => each.id),
    ['txt2img_textual_inversion_extra_refresh_internal', 'img2img_lora_extra_refresh_internal'],
  );
});

test('a page without host cards has nothing to press', () => {
  assert.deepEqual(buttonsToPress([]), []);
});
