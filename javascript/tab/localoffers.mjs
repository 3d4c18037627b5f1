/** The newer versions of a file here, with what can be done about them. */

import { h } from './dom.mjs';
import { section } from './drawerparts.mjs';
import { date, daysLeft } from './format.mjs';
import { icon } from './icons.mjs';
import { isOpen } from './jobs.mjs';
import { stepWords } from './local.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./local.mjs').Row} Row */
/** @typedef {import('./local.mjs').Offer} Offer */

/**
 * @param {App} app
 * @param {Row} row
 * @returns {HTMLElement|null}
 */
export function offersPart(app, row) {
  const { library } = app.session;
  const known = (library.offers.get(row.id) ?? []).filter(
    (offer) => !library.versionsHere.has(offer.version.version_id),
  );
  const update = library.updateOf(row);
  const offers = known.length || !update || !row.model_id ? known : [offerFrom(row, row.model_id, update)];
  if (!offers.length) return null;
  const items = offers.map((offer) =>
    h(
      'li',
      { class: ['offer', offer.ignored !== 'none' && 'is-ignored'] },
      offerLine(row, offer),
      h(
        'div',
        { class: 'offer-actions' },
        downloadButton(app, offer),
        library.offersKnown ? ignoreButtons(app, offer) : [],
      ),
    ),
  );
  return section(t('local.newer'), h('ul', { class: 'offers', role: 'list' }, items));
}

/**
 * @param {Row} row
 * @param {Offer} offer
 */
function offerLine(row, offer) {
  const { version } = offer;
  const early = daysLeft(version.early_access_until, Date.now());
  return h(
    'div',
    { class: 'offer-line' },
    h('span', { class: 'offer-name' }, stepWords(row.version_name, version.name)),
    early > 0 && h('span', { class: 'tag tag-early' }, icon('clock', 12), t('badge.early', { n: early })),
    offer.kind === 'early' && !early && h('span', { class: 'tag tag-early' }, t('local.early')),
    offer.kind === 'base' &&
      h('span', { class: 'tag' }, t('local.forBase', { name: term('base', version.base_model ?? '–') })),
    offer.ignored !== 'none' && h('span', { class: 'tag' }, t('local.isIgnored')),
    version.published_at && h('span', { class: 'muted offer-date' }, date(version.published_at)),
  );
}

/**
 * @param {App} app
 * @param {Offer} offer
 */
function downloadButton(app, offer) {
  const { version_id: id, name } = offer.version;
  const { session } = app;
  const busy =
    session.queue.isAsked(id, null) ||
    [...session.jobs.jobs.values()].some((job) => job.version_id === id && isOpen(job));
  const focus = `get-${id}`;
  if (busy)
    return h(
      'button',
      { type: 'button', class: 'file-busy', data: { focus }, on: { click: () => app.showDock() } },
      icon('clock', 14),
      t('local.busy'),
    );
  const primary = offer.kind === 'update' && offer.ignored === 'none';
  return h(
    'button',
    {
      type: 'button',
      class: ['button button-small', primary && 'button-primary'],
      data: { focus },
      on: { click: () => void app.downloads.update(id) },
    },
    icon('download', 14),
    t('local.download', { name }),
  );
}

/**
 * @param {App} app
 * @param {Offer} offer
 * @returns {HTMLElement[]}
 */
function ignoreButtons(app, offer) {
  const id = offer.version.version_id;
  /** @param {string} key @param {string} words @param {'version'|'model'} what @param {boolean} ignore */
  const button = (key, words, what, ignore) =>
    h(
      'button',
      {
        type: 'button',
        class: 'link-button',
        data: { focus: `${key}-${id}` },
        on: { click: () => void app.library.ignore(offer, what, ignore) },
      },
      words,
    );
  if (offer.ignored !== 'none') return [button('again', t('local.unignore'), offer.ignored, false)];
  const never = button('never', t('local.ignore.model'), 'model', true);
  return offer.kind === 'update' ? [button('skip', t('local.ignore.version'), 'version', true), never] : [never];
}

/**
 * What a file's own row says of its update, while the list of updates is not there.
 * @param {Row} row
 * @param {number} modelId
 * @param {import('./types.mjs').LocalUpdate} update
 * @returns {Offer}
 */
function offerFrom(row, modelId, update) {
  const version = { ...update, base_model: row.base_model, published_at: null, early_access_until: null };
  return { path: row.id, model_id: modelId, from: row.version_name ?? '', version, kind: 'update', ignored: 'none' };
}
