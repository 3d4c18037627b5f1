/** Sections of the details drawer; each is made from data and holds no state of its own. */

import { h } from './dom.mjs';
import { date, daysLeft, earlyWords } from './format.mjs';
import { icon } from './icons.mjs';
import { licenceTerms } from './licence.mjs';
import { pictureTile } from './picturetile.mjs';
import { plainWords } from './plainwords.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./types.mjs').Model} Model */
/** @typedef {import('./types.mjs').Version} Version */
/** @typedef {import('./types.mjs').Picture} Picture */

/**
 * @param {string} title
 * @param {...any} children
 * @returns {HTMLElement}
 */
export function section(title, ...children) {
  return h('section', { class: 'part' }, h('h3', null, title), ...children);
}

/**
 * @param {App} app
 * @param {Picture[]} pictures
 * @param {(index: number) => void} open
 * @returns {HTMLElement|null}
 */
export function pictureStrip(app, pictures, open) {
  if (!pictures.length) return null;
  const height = 220;
  const items = pictures.map((picture, index) => {
    const ratio = picture.width && picture.height ? Math.max(0.5, Math.min(1.8, picture.width / picture.height)) : 0.67;
    const tile = pictureTile(picture, {
      session: app.session,
      label: t('picture.open', { n: index + 1, total: pictures.length }),
      focusKey: `picture-${index}`,
      width: height * ratio,
      ratio,
      open: () => open(index),
    });
    return h('li', null, tile.el);
  });
  return h('ul', { class: 'strip-list', role: 'list', 'aria-label': t('drawer.pictures') }, items);
}

/**
 * @param {App} app
 * @param {string[]} words
 * @param {string} [title]
 * @returns {HTMLElement|null}
 */
export function triggerWords(app, words, title = t('drawer.triggers')) {
  const clean = words.map((word) => word.trim().replace(/,+$/, '')).filter(Boolean);
  if (!clean.length) return null;
  const chips = clean.map((word) =>
    h(
      'li',
      null,
      h(
        'button',
        {
          type: 'button',
          class: 'chip chip-word',
          'aria-label': t('drawer.copyWord', { word }),
          on: { click: () => void app.copy(word) },
        },
        h('span', null, word),
        icon('copy', 12),
      ),
    ),
  );
  const all = h(
    'button',
    { type: 'button', class: 'link-button', on: { click: () => void app.copy(clean.join(', ')) } },
    t('action.copyAll'),
  );
  const part = section(title, h('ul', { class: 'chips' }, chips));
  if (clean.length > 1) part.querySelector('h3')?.append(all);
  return part;
}

/**
 * @param {App} app
 * @param {Model} model
 * @param {number} selected
 * @param {(id: number) => void} choose
 * @returns {HTMLElement}
 */
export function versionList(app, model, selected, choose) {
  const items = model.versions.map((version) => {
    const early = daysLeft(version.early_access_until, Date.now());
    const news = plainWords(version.description_html);
    return h(
      'li',
      null,
      h(
        'button',
        {
          type: 'button',
          class: 'version',
          data: { focus: `version-${version.id}` },
          'aria-current': version.id === selected ? 'true' : null,
          on: { click: () => choose(version.id) },
        },
        h(
          'span',
          { class: 'version-line' },
          h('span', { class: 'version-name' }, version.name),
          early > 0 && h('span', { class: 'tag tag-early' }, icon('clock', 12), earlyWords(early)),
          app.session.owned.hasVersion(version, model.id) &&
            h('span', { class: 'tag tag-good' }, icon('check', 12), t('version.installed')),
          h('span', { class: 'version-base' }, term('base', version.base_model ?? '')),
          h('span', { class: 'version-date' }, date(version.published_at)),
        ),
        news && h('span', { class: 'version-news' }, news),
      ),
    );
  });
  return h('ul', { class: 'versions', role: 'list', 'aria-label': t('drawer.versions') }, items);
}

/**
 * @param {Model} model
 * @returns {HTMLElement|null}
 */
export function licencePart(model) {
  const terms = licenceTerms(model.license);
  if (!terms.length) return null;
  const items = terms.map((term) =>
    h(
      'li',
      { class: `term term-${term.allowed}` },
      icon(term.allowed === 'no' ? 'close' : term.allowed === 'yes' ? 'check' : 'alert', 14),
      h('span', null, t(term.text)),
      h('span', { class: 'sr-only' }, `: ${t(`licence.${term.allowed}`)}`),
    ),
  );
  return section(t('drawer.licence'), h('ul', { class: 'terms', role: 'list' }, items));
}

/**
 * @param {App} app
 * @param {string[]} tags
 * @returns {HTMLElement|null}
 */
export function tagPart(app, tags) {
  if (!tags.length) return null;
  const chips = tags.map((tag) =>
    h(
      'li',
      null,
      h('button', { type: 'button', class: 'chip', on: { click: () => app.searching.tag(tag) } }, `#${tag}`),
    ),
  );
  return section(t('drawer.tags'), h('ul', { class: 'chips' }, chips));
}

/** @returns {HTMLElement} */
export function drawerSkeleton() {
  const line = (/** @type {string} */ width) => h('div', { class: 'skeleton-line shimmer', style: { width } });
  return h(
    'div',
    { class: 'drawer-skeleton', 'aria-hidden': 'true' },
    line('40%'),
    line('100%'),
    line('100%'),
    line('70%'),
    line('90%'),
  );
}
