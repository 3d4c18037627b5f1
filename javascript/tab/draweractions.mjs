/** What can be downloaded of the version that the drawer shows. */

import { h } from './dom.mjs';
import { section } from './drawerparts.mjs';
import { defaultFile, fileButton, fileList, fileState } from './files.mjs';
import { date, daysLeft } from './format.mjs';
import { icon } from './icons.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Version} Version */

/**
 * The default file with its big button, and what is to be known before.
 * @param {App} app
 * @param {Version} version
 */
export function mainActions(app, version) {
  const file = defaultFile(version);
  const early = daysLeft(version.early_access_until, Date.now());
  const path = file && app.session.owned.pathOf(version.id, file);
  const { configLoaded, config } = app.session;
  return [
    file &&
      h(
        'div',
        { class: 'main-action' },
        fileButton(app, version, file, { big: true, focusKey: 'main' }),
        fileState(app, version, file).kind === 'none' && optionsButton(app),
        h('span', { class: 'main-file muted', title: file.name }, path || file.name),
      ),
    early > 0 &&
      h(
        'p',
        { class: 'note note-early' },
        icon('clock', 14),
        h('span', null, t('version.earlyHint', { date: date(version.early_access_until) })),
      ),
    file && !path && configLoaded && !config.value.hasKey && keyNote(app),
  ];
}

/** @param {App} app */
function optionsButton(app) {
  return h(
    'button',
    {
      type: 'button',
      class: 'icon-button icon-big',
      title: t('options.open'),
      'aria-label': t('options.open'),
      data: { focus: 'options' },
      on: { click: () => app.drawer.downloadOptions() },
    },
    icon('gear', 16),
  );
}

/** @param {App} app */
function keyNote(app) {
  return h(
    'p',
    { class: 'note' },
    icon('key', 14),
    h('span', null, t('file.needsKey')),
    h(
      'button',
      { type: 'button', class: 'link-button', on: { click: () => app.showSetting(null) } },
      t('action.openSettings'),
    ),
  );
}

/**
 * The files, and with several of them a button for all.
 * @param {App} app
 * @param {Version} version
 * @param {Set<number>} open ids of files whose details are unfolded
 */
export function filesPart(app, version, open) {
  const part = section(t('drawer.files'), fileList(app, version, open));
  if ((version.files?.length ?? 0) < 2) return part;
  part.append(
    h(
      'button',
      {
        type: 'button',
        class: 'button button-small',
        data: { focus: 'all-files' },
        on: { click: () => void app.downloads.allFiles(version) },
      },
      icon('download', 14),
      t('file.all', { n: version.files.length }),
    ),
  );
  return part;
}
