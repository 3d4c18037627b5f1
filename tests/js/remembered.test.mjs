import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { Window } from 'happy-dom';
import './support/english.mjs';

const window = new Window({ url: 'http://127.0.0.1:7860/' });
for (const name of ['document', 'HTMLElement', 'HTMLInputElement', 'ShadowRoot', 'Node'])
  globalThis[name] = window[name];
globalThis.window = window;
after(() => window.happyDOM.abort());

const { emptyFilters, readFilters } = await import('../../javascript/tab/filters.mjs');
const { FilterSets, MOST_SETS } = await import('../../javascript/tab/filtersets.mjs');
const { FilterSetPanel } = await import('../../javascript/tab/filtersetpanel.mjs');
const { h } = await import('../../javascript/tab/dom.mjs');
const { recall, remember } = await import('../../javascript/tab/memory.mjs');
const { Notices } = await import('../../javascript/tab/notices.mjs');
const { MOST_SEARCHES, SearchHistory } = await import('../../javascript/tab/searchhistory.mjs');
const { SearchPanel } = await import('../../javascript/tab/searchpanel.mjs');

const EVIL = '<img src=x onerror=alert(1)>';
const lora = () => ({ ...emptyFilters(), types: ['LORA'], tag: 'style' });

beforeEach(() => {
  window.localStorage.clear();
  window.document.body.replaceChildren();
});

/** Something in a shadow root inside the page, as the tab is. */
function inPage(...nodes) {
  const host = window.document.createElement('div');
  window.document.body.append(host);
  const root = host.attachShadow({ mode: 'open' });
  root.append(...nodes);
  return root;
}
const press = (target, key) =>
  target.dispatchEvent(new window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

test('the newest search comes first, each once, and twenty are kept', () => {
  const history = new SearchHistory();
  for (let n = 1; n <= MOST_SEARCHES + 5; n += 1) history.add(`search ${n}`);
  history.add('Search 20');
  history.add('   ');
  history.add('x'.repeat(5000));
  assert.equal(history.lines.length, MOST_SEARCHES);
  assert.deepEqual(history.lines.slice(0, 3), ['Search 20', 'search 25', 'search 24']);
  assert.deepEqual(new SearchHistory().matching('20'), ['Search 20']);
  assert.deepEqual(history.matching('search 20'), []);
  history.remove('search 25');
  assert.equal(history.lines[1], 'search 24');
});

test('without storage, or with a full one, things are remembered for this page', () => {
  const { localStorage } = window;
  const set = (get) => Object.defineProperty(window, 'localStorage', { get, configurable: true });
  const no = () => {
    throw new window.DOMException('no', 'SecurityError');
  };
  for (const [name, get] of [
    ['forbidden', no],
    ['full', () => ({ getItem: () => null, setItem: no })],
  ]) {
    set(get);
    new SearchHistory().add(name);
    assert.equal(new SearchHistory().lines[0], name);
  }
  set(() => localStorage);
  remember('local', 'searches', '[]');
  assert.equal(recall('local', 'searches'), '[]');
  assert.equal(window.localStorage.getItem('civitdock.searches'), '[]');
});

test('what others wrote into the storage breaks nothing', () => {
  for (const text of ['', '{', '{"a":1}', 'null', '[1,null,{"name":3},{"name":""}]']) {
    window.localStorage.setItem('civitdock.searches', text);
    window.localStorage.setItem('civitdock.filtersets', text);
    assert.deepEqual(new SearchHistory().lines, []);
    assert.deepEqual(new FilterSets().all, []);
  }
  const odd = { text: 5, types: ['LORA', 7], level: 'Everything', hideInstalled: 'yes', more: 1, sort: 'Newest' };
  assert.deepEqual(readFilters(odd), { ...emptyFilters(), types: ['LORA'], sort: 'Newest' });
});

test('filters are saved under a name, renamed, and come back where they were after Undo', () => {
  const sets = new FilterSets();
  assert.equal(sets.save('  my   styles ', lora()), true);
  assert.equal(sets.save('other', emptyFilters()), true);
  assert.equal(sets.save('third', emptyFilters()), true);
  assert.deepEqual(sets.byName('MY STYLES')?.filters, lora());
  assert.equal(sets.save('My styles', emptyFilters()), true);
  assert.equal(sets.all.length, 3);
  assert.equal(sets.rename('My styles', 'OTHER'), false);
  assert.equal(sets.rename('My styles', 'MY STYLES'), true);
  assert.equal(sets.save(' ', lora()), false);
  const putBack = sets.remove('other');
  assert.deepEqual(
    sets.all.map(({ name }) => name),
    ['MY STYLES', 'third'],
  );
  putBack();
  putBack();
  assert.deepEqual(
    new FilterSets().all.map(({ name }) => name),
    ['MY STYLES', 'other', 'third'],
  );
  for (let n = 0; n < MOST_SETS; n += 1) sets.save(`set ${n}`, lora());
  assert.equal(sets.all.length, MOST_SETS);
  assert.equal(sets.save('one more', lora()), false);
});

test('recent searches: arrows walk, Delete forgets, Escape leads back to the box', () => {
  const chosen = [];
  const box = h('input', { type: 'search' });
  const notices = new Notices(() => window.document.body);
  const panel = new SearchPanel(box, { choose: (line) => chosen.push(line), notices });
  const root = inPage(box, panel.el);
  panel.open('');
  assert.equal(panel.isOpen, false);
  for (const line of ['one', EVIL, 'three']) panel.history.add(line);
  panel.open('');
  assert.equal(panel.focusFirst(), true);
  const here = () => root.activeElement.textContent;
  assert.equal(here(), 'three');
  press(root.activeElement, 'ArrowDown');
  assert.equal(here(), EVIL);
  assert.equal(panel.el.querySelectorAll('img').length, 0);
  press(root.activeElement, 'Delete');
  assert.equal(here(), 'one');
  assert.deepEqual(panel.history.lines, ['three', 'one']);
  press(root.activeElement, 'Escape');
  assert.deepEqual([root.activeElement, panel.isOpen], [box, false]);
  panel.open('');
  panel.el.querySelector('.recent-row').click();
  assert.deepEqual(chosen, ['three']);
  panel.open('');
  panel.el.querySelector('.link-button').click();
  assert.deepEqual(panel.history.lines, []);
  notices.list.querySelector('.button').click();
  assert.deepEqual(panel.history.lines, ['three', 'one']);
});

test('saved filters: named, applied, renamed, deleted and taken back in their panel', () => {
  let filters = lora();
  const notices = new Notices(() => window.document.body);
  const panel = new FilterSetPanel({
    filters: () => filters,
    change: (next) => {
      filters = next;
      panel.update();
    },
    words: (one) => one.tag,
    notices,
  });
  inPage(panel.el);
  const submit = (form, name) => {
    form.querySelector('input').value = name;
    form.dispatchEvent(new window.Event('submit', { bubbles: true, cancelable: true }));
  };
  panel.open();
  submit(panel.form, EVIL);
  filters = emptyFilters();
  panel.open();
  assert.equal(panel.form.hidden, true, 'nothing to save without a filter');
  assert.equal(panel.list.querySelectorAll('img').length, 0);
  panel.list.querySelector('.recent-row').click();
  assert.deepEqual(filters, lora());
  assert.equal(panel.button.classList.contains('is-active'), true);
  panel.open();
  panel.list.querySelectorAll('.icon-button')[0].click();
  submit(panel.list.querySelector('form'), 'styles');
  assert.deepEqual(
    panel.sets.all.map(({ name }) => name),
    ['styles'],
  );
  panel.list.querySelectorAll('.icon-button')[1].click();
  assert.deepEqual(panel.sets.all, []);
  [...notices.list.querySelectorAll('.button')].at(-1).click();
  assert.equal(panel.sets.all[0].name, 'styles');
  panel.close();
});
