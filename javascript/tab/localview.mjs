/** One file of the library: as a line of the list, or as a card. */

import { badgeElement, jobBadge, revealButton } from './card.mjs';
import { attr, copies, fill, h, hideKeepingFocus, part, setText } from './dom.mjs';
import { bytes } from './format.mjs';
import { icon } from './icons.mjs';
import { contradictionOf, folderWords, stepWords } from './local.mjs';
import { Media } from './media.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./local.mjs').Row} Row */
/** @typedef {import('./session.mjs').Session} Session */
/** @typedef {import('./card.mjs').Badge} Badge */
/** @typedef {import('./types.mjs').Picture} Picture */
/** @typedef {'list'|'cards'} Look */

/**
 * @typedef {object} LocalEvents
 * @property {(row: Row) => void} open
 * @property {(row: Row, range: boolean) => void} select
 * @property {(row: Row) => boolean} isSelected
 * @property {(row: Row) => void} update downloads the newer version
 */

/** A picture without a level is the user's own: it is shown. */
const SAFE = 1;
const THUMB = 40;

/** @type {Record<string, string>} */
const STATE_ICONS = { identified: 'check', unknown: 'help', pending: 'clock', invalid: 'alert' };

/**
 * The preview beside a file, as a picture; a file without one answers with nothing.
 * @param {Row} row
 * @param {Session} session
 * @returns {Picture}
 */
export function previewOf(row, session) {
  // A sync may have brought another picture to the same place.
  const when = row.synced_at ? `&at=${encodeURIComponent(row.synced_at)}` : '';
  return {
    url: `${session.api.base}local-preview?path=${encodeURIComponent(row.id)}&absent=empty${when}`,
    kind: 'image',
    width: null,
    height: null,
    blurhash: null,
    nsfw_level: row.preview_nsfw_level || SAFE,
  };
}

/**
 * What is most worth saying of a file.
 * @param {Row} row
 * @param {Session} session
 * @returns {Badge}
 */
export function localBadge(row, session) {
  const job = row.model_id === null ? null : session.jobs.openForModel(row.model_id);
  if (job) return jobBadge(job);
  const update = session.library.updateOf(row);
  if (update) {
    if (session.queue.isAsked(update.version_id, null))
      return { kind: 'queued', text: t('badge.queued'), icon: 'clock' };
    const step = stepWords(row.version_name, update.name);
    return {
      kind: 'update',
      text: step,
      icon: 'up',
      title: t('local.updateStep', { step }),
      spoken: t('badge.update'),
    };
  }
  const wrong = contradictionOf(row, session.roots);
  if (!wrong) return session.library.copies.has(row.id) ? duplicateBadge() : stateBadge(row);
  const name = term('type', row.belongs_to ?? '');
  const title = t(`local.misplacedHint.${wrong}`, { name });
  return { kind: 'misplaced', text: t(`local.misplaced.${wrong}`), icon: 'folder', title };
}

/** @returns {Badge} */
function duplicateBadge() {
  return {
    kind: 'duplicate',
    text: t('local.state.duplicate'),
    icon: 'copy',
    title: t('local.stateHint.duplicate'),
  };
}

/**
 * @param {Row} row
 * @returns {Badge}
 */
export function stateBadge(row) {
  return {
    kind: row.state,
    text: t(`local.state.${row.state}`),
    icon: STATE_ICONS[row.state] ?? 'help',
    title: t(`local.stateHint.${row.state}`),
  };
}

const check = () =>
  h('label', { class: 'local-check' }, h('input', { type: 'checkbox', class: 'check', tabindex: -1 }));
const badge = () => h('span', { class: 'local-badge' });
const quick = () => h('button', { type: 'button', class: 'card-quick', tabindex: -1 }, icon('download', 16));
/** @param {string} name */
const cell = (name) => h('span', { class: `local-cell local-${name}` });

/** @type {Record<Look, () => HTMLLIElement>} */
const BLANK = {
  list: copies(() =>
    h(
      'li',
      { class: 'local' },
      h('button', { type: 'button', class: 'local-open', tabindex: -1 }),
      check(),
      h('span', { class: 'local-thumb' }),
      h(
        'span',
        { class: 'local-name' },
        h('span', { class: 'local-title' }),
        h('span', { class: 'local-file' }),
        h('span', { class: 'local-small' }),
      ),
      cell('type'),
      cell('base'),
      cell('version'),
      cell('size'),
      h('span', { class: 'local-cell local-state' }, badge(), quick()),
      cell('folder'),
    ),
  ),
  cards: copies(() =>
    h(
      'li',
      { class: 'card local-card' },
      h('div', { class: 'card-scrim', 'aria-hidden': 'true' }),
      h('button', { type: 'button', class: 'card-open', tabindex: -1 }),
      h(
        'div',
        { class: 'card-top' },
        check(),
        h('span', { class: 'pills' }, h('span', { class: 'pill pill-type' }), h('span', { class: 'pill pill-base' })),
        h('span', { class: 'card-corner' }, badge()),
      ),
      h(
        'div',
        { class: 'card-foot' },
        h('div', { class: 'card-name' }),
        h('div', { class: 'card-by' }),
        h('div', { class: 'card-stats' }, h('span', { class: 'card-size' }), quick()),
      ),
    ),
  ),
};

export class LocalView {
  /**
   * @param {Row} row
   * @param {{session: Session, look: Look, width: number, pace?: import('./pace.mjs').Pace, events: LocalEvents}} options
   */
  constructor(row, options) {
    this.card = row;
    this.session = options.session;
    this.look = options.look;
    this.events = options.events;
    this.pace = options.pace;
    this.width = options.look === 'list' ? THUMB : options.width;
    this.badgeKey = '';
    this.active = false;
    this.el = BLANK[this.look]();
    this.button = part(this.el, 'button', this.look === 'list' ? 'local-open' : 'card-open');
    this.check = part(this.el, 'input', 'check');
    this.badge = part(this.el, 'span', 'local-badge');
    this.quick = part(this.el, 'button', 'card-quick');
    /** Made for the first picture to cover; a line has no room for it. @type {HTMLButtonElement|null} */
    this.reveal = null;
    this.button.addEventListener('click', (event) => this.#click(event));
    this.check.addEventListener('click', (event) => this.events.select(this.card, event.shiftKey));
    this.quick.addEventListener('click', () => this.events.update(this.card));
    this.#build();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (event.shiftKey || event.ctrlKey || event.metaKey) this.events.select(this.card, event.shiftKey);
    else this.events.open(this.card);
  }

  /** @param {Row} row the same file, as it is known now */
  take(row) {
    const same = JSON.stringify(row) === JSON.stringify(this.card);
    this.card = row;
    if (!same) this.#build();
  }

  #build() {
    const row = this.card;
    const { session, width, pace } = this;
    const before = this.media?.el;
    this.media = new Media(previewOf(row, session), { session, width, pace });
    if (before) before.replaceWith(this.media.el);
    else if (this.look === 'list') part(this.el, 'span', 'local-thumb').append(this.media.el);
    else this.el.prepend(this.media.el);
    attr(this.button, 'aria-label', t('card.open', { name: row.title }));
    attr(this.check, 'aria-label', t('local.select', { name: row.title }));
    if (this.reveal) attr(this.reveal, 'aria-label', t('card.revealLabel', { name: row.title }));
    if (this.look === 'list') this.#line(row);
    else this.#card(row);
    this.badgeKey = '';
    this.update();
  }

  /**
   * @param {'span'|'div'} tag
   * @param {string} name of a class
   * @param {string} words
   * @param {string|null} [title]
   */
  #write(tag, name, words, title = null) {
    const element = part(this.el, tag, name);
    setText(element, words);
    attr(element, 'title', title);
  }

  /** @param {Row} row */
  #line(row) {
    const type = term('type', row.type);
    const base = term('base', row.base_model ?? '');
    const size = bytes(row.size_bytes);
    this.#write('span', 'local-title', row.title, row.title);
    this.#write('span', 'local-file', row.file, row.file);
    this.#write('span', 'local-small', [type, base, row.version_name, size].filter(Boolean).join(' · '));
    this.#write('span', 'local-type', type);
    this.#write('span', 'local-base', base || '–', row.base_model ?? '');
    this.#write('span', 'local-version', row.version_name ?? '–', row.version_name);
    this.#write('span', 'local-size', size);
    this.#write('span', 'local-folder', folderWords(row), row.folder);
  }

  /** @param {Row} row */
  #card(row) {
    this.#write('span', 'pill-type', term('type', row.type));
    this.#write('span', 'pill-base', term('base', row.base_model ?? ''), row.base_model);
    this.#write('div', 'card-name', row.title, row.file);
    this.#write('div', 'card-by', row.version_name ?? '');
    this.#write('span', 'card-size', bytes(row.size_bytes));
    part(this.el, 'span', 'pill-base').hidden = !row.base_model;
    part(this.el, 'div', 'card-by').hidden = !row.version_name;
  }

  #makeReveal() {
    const button = revealButton(this.card.title, this.active, () => this.toggleBlur());
    part(this.el, 'div', 'card-foot').before(button);
    return button;
  }

  /** Shows or hides a picture above the blur level. */
  toggleBlur() {
    const url = this.media?.picture?.url;
    if (!url) return;
    const { revealed } = this.session;
    if (!revealed.delete(url)) revealed.add(url);
    this.update();
    this.button.focus({ preventScroll: true });
  }

  /** Brings badge, mark and blur up to date; cheap when nothing changed. */
  update() {
    const row = this.card;
    const badge = localBadge(row, this.session);
    const key = `${badge.kind} ${badge.text} ${badge.title}`;
    if (key !== this.badgeKey) {
      this.badgeKey = key;
      const update = this.session.library.updateOf(row);
      fill(this.badge, badgeElement(badge));
      const label = t('local.download', { name: update?.name ?? '' });
      this.quick.title = label;
      this.quick.setAttribute('aria-label', `${row.title}: ${label}`);
      hideKeepingFocus(this.quick, badge.kind !== 'update', this.button);
    }
    this.check.checked = this.events.isSelected(row);
    this.el.classList.toggle('is-selected', this.check.checked);
    this.media?.refresh();
    const covered = this.look === 'cards' && Boolean(this.media?.blurred);
    if (covered) this.reveal ??= this.#makeReveal();
    if (this.reveal) this.reveal.hidden = !covered;
  }

  calm() {
    this.media?.calm();
  }

  /** @param {boolean} active the one that Tab leads to */
  setActive(active) {
    if (active === this.active) return;
    this.active = active;
    for (const one of [this.button, this.check, this.quick, this.reveal]) if (one) one.tabIndex = active ? 0 : -1;
  }

  /** @param {boolean} current the one shown in the drawer */
  setCurrent(current) {
    this.el.classList.toggle('is-current', current);
    if (current) this.button.setAttribute('aria-current', 'true');
    else this.button.removeAttribute('aria-current');
  }

  /** @param {{index: number, total: number, x: number, y: number}} place */
  place(place) {
    this.el.style.transform = `translate(${place.x}px, ${place.y}px)`;
    this.el.classList.toggle('is-odd', place.index % 2 === 1);
    this.el.setAttribute('aria-posinset', String(place.index + 1));
    this.el.setAttribute('aria-setsize', String(place.total));
  }

  dispose() {
    this.el.remove();
  }
}

/**
 * @param {Look} look
 * @returns {HTMLElement} a line or card that has not come yet
 */
export function skeletonLocal(look) {
  const name = look === 'list' ? 'local local-skeleton' : 'card card-skeleton';
  return h('li', { class: name, 'aria-hidden': 'true' }, h('div', { class: 'shimmer' }));
}
