import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupOfSetting, readConfig } from '../../javascript/tab/config.mjs';
import { Ownership } from '../../javascript/tab/ownership.mjs';

const DESCRIPTOR = {
  key: 'civitai_cache_hours',
  kind: 'int',
  default: 24,
  label: '',
  help: '',
  choices: null,
  restart: false,
  locked: false,
};

test('settings are read from both shapes, and of the key only whether it is set', () => {
  for (const key of [{ set: true }, true]) {
    const values = { civitai_api_key: key, civitai_nsfw_level: 'Mature', civitai_nsfw_blur: 'None' };
    for (const answer of [
      { ...values, descriptors: [DESCRIPTOR] },
      { settings: values, descriptors: [DESCRIPTOR] },
    ]) {
      const config = readConfig(answer);
      assert.deepEqual(
        [config.hasKey, config.level, config.blur, config.descriptors.length],
        [true, 'Mature', 'None', 1],
      );
      assert.equal(config.values.descriptors, undefined);
    }
  }
});

test('an answer without descriptors keeps the known ones; nonsense falls back to the safe side', () => {
  const known = readConfig({ civitai_nsfw_level: 'X', descriptors: [DESCRIPTOR] });
  const next = readConfig({ civitai_cache_hours: 3 }, known);
  assert.deepEqual([next.level, next.values.civitai_cache_hours, next.descriptors.length], ['X', 3, 1]);
  const broken = readConfig({ civitai_api_key: 'civitdock:1:xyz', civitai_nsfw_level: 9, civitai_nsfw_blur: null });
  assert.deepEqual([broken.hasKey, broken.level, broken.blur], [false, 'None', 'Soft']);
  assert.equal(readConfig(null).level, 'None');
});

test('settings are sorted into the groups a person looks for them', () => {
  const places = {
    civitai_api_key: 'account',
    civitai_nsfw_blur: 'content',
    civitai_parallel_downloads: 'downloads',
    civitai_folder_templates: 'downloads',
    civitai_download_preview: 'library',
    civitai_auto_sync: 'library',
    civitai_download_hosts: 'network',
    civitai_proxy: 'network',
    civitai_language: 'other',
  };
  for (const [key, group] of Object.entries(places)) assert.equal(groupOfSetting(key), group, key);
});

const card = (installed, latest = 20) => ({ id: 1, installed, latest: { version_id: latest } });
const done = (version_id, more = {}) => ({
  state: 'done',
  model_id: 1,
  version_id,
  file_id: 5,
  target_path: '/m/a.safetensors',
  ...more,
});

test('a finished download makes the card installed; an older version leaves the update standing', () => {
  const owned = new Ownership();
  assert.equal(owned.ofCard(card('none')), 'none');
  owned.add(done(10));
  assert.equal(owned.ofCard(card('none')), 'installed');
  assert.equal(owned.ofCard(card('update')), 'update');
  owned.add(done(20));
  assert.equal(owned.ofCard(card('update')), 'installed');
  assert.equal(owned.ofCard({ ...card('none'), id: 2 }), 'none');
});

test('the place of a file comes from the answer, else from the download that brought it', () => {
  const owned = new Ownership();
  const file = { id: 5, primary: true, installed_path: null };
  assert.equal(owned.pathOf(10, file), null);
  owned.add(done(10));
  assert.equal(owned.pathOf(10, file), '/m/a.safetensors');
  assert.equal(owned.pathOf(10, { ...file, installed_path: '/x' }), '/x');
  assert.equal(owned.pathOf(10, { ...file, id: 6 }), null);
  owned.add(done(11, { file_id: null, target_path: null, filename: 'b.safetensors' }));
  assert.equal(owned.pathOf(11, file), 'b.safetensors');
});

test('after files were moved, what the list of files does not have is not here any more', () => {
  const owned = new Ownership();
  const card = { id: 1, installed: 'installed', latest: { version_id: 5 } };
  owned.add({ model_id: 1, version_id: 5, file_id: 9, target_path: '/models/a.safetensors' });
  owned.settle([
    { model_id: 2, version_id: 7 },
    { model_id: null, version_id: null },
  ]);
  assert.equal(owned.ofCard(card), 'none');
  assert.equal(owned.hasVersion({ id: 5, installed: true }, 1), false);
  assert.equal(owned.pathOf(5, { id: 9, primary: true, installed_path: null }), null);
  assert.equal(owned.ofCard({ id: 2, installed: 'none', latest: { version_id: 7 } }), 'installed');
  assert.equal(owned.ofCard({ id: 2, installed: 'update', latest: { version_id: 8 } }), 'update');
  owned.settle([{ model_id: 1, version_id: 5 }]);
  assert.equal(owned.ofCard(card), 'installed');
});
