/** One file of the library: as a line of the list, or as a card. */

import { badgeElement, jobBadge } from './card.mjs';
import { fill, h } from './dom.mjs';
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
  if (!wrong) return stateBadge(row);
  const name = term('type', row.belongs_to ?? '');
  const title = t(`local.misplacedHint.${wrong}`, { name });
  return { kind: 'misplaced', text: t(`local.misplaced.${wrong}`), icon: 'folder', title };
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

export class LocalView {
  /**
   * @param {Row} row
   * @param {{session: Session, look: Look, width: number, events: LocalEvents}} options
   */
  constructor(row, options) {
    this.card = row;
    this.session = options.session;
    this.look = options.look;
    this.events = options.events;
    this.width = options.look === 'list' ? THUMB : options.width;
    this.badgeKey = '';
    this.button = h('button', {
      type: 'button',
      class: this.look === 'list' ? 'local-open' : 'card-open',
      tabindex: -1,
      on: { click: (/** @type {MouseEvent} */ event) => this.#click(event) },
    });
    this.check = h('input', {
      type: 'checkbox',
      class: 'check',
      tabindex: -1,
      on: { click: (/** @type {MouseEvent} */ event) => this.events.select(this.card, event.shiftKey) },
    });
    this.badge = h('span', { class: 'local-badge' });
    this.quick = h(
      'button',
      { type: 'button', class: 'card-quick', tabindex: -1, on: { click: () => this.events.update(this.card) } },
      icon('download', 16),
    );
    this.reveal = h(
      'button',
      {
        type: 'button',
        class: 'card-reveal',
        tabindex: -1,
        title: t('card.blurred'),
        on: { click: () => this.toggleBlur() },
      },
      icon('eye', 16),
      h('span', null, t('card.reveal')),
    );
    this.el = h('li', { class: this.look === 'list' ? 'local' : 'card local-card' });
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
    const hadFocus = this.button.matches(':focus');
    this.media = new Media(previewOf(row, this.session), { session: this.session, width: this.width });
    this.button.setAttribute('aria-label', t('card.open', { name: row.title }));
    this.check.setAttribute('aria-label', t('local.select', { name: row.title }));
    this.reveal.setAttribute('aria-label', t('card.revealLabel', { name: row.title }));
    fill(this.el, this.look === 'list' ? this.#line(row) : this.#card(row));
    this.badgeKey = '';
    this.update();
    if (hadFocus) this.button.focus({ preventScroll: true });
  }

  /** @param {Row} row */
  #line(row) {
    const base = row.base_model ?? '';
    const small = [term('type', row.type), term('base', base), row.version_name, bytes(row.size_bytes)]
      .filter(Boolean)
      .join(' · ');
    return [
      this.button,
      h('label', { class: 'local-check' }, this.check),
      h('span', { class: 'local-thumb' }, this.media?.el),
      h(
        'span',
        { class: 'local-name' },
        h('span', { class: 'local-title', title: row.title }, row.title),
        h('span', { class: 'local-file', title: row.file }, row.file),
        h('span', { class: 'local-small' }, small),
      ),
      h('span', { class: 'local-cell local-type' }, term('type', row.type)),
      h('span', { class: 'local-cell local-base', title: base }, term('base', base) || '–'),
      h('span', { class: 'local-cell local-version', title: row.version_name }, row.version_name ?? '–'),
      h('span', { class: 'local-cell local-size' }, bytes(row.size_bytes)),
      h('span', { class: 'local-cell local-state' }, this.badge, this.quick),
      h('span', { class: 'local-cell local-folder', title: row.folder }, folderWords(row)),
    ];
  }

  /** @param {Row} row */
  #card(row) {
    return [
      this.media?.el,
      h('div', { class: 'card-scrim', 'aria-hidden': 'true' }),
      this.button,
      h(
        'div',
        { class: 'card-top' },
        h('label', { class: 'local-check' }, this.check),
        h(
          'span',
          { class: 'pills' },
          h('span', { class: 'pill pill-type' }, term('type', row.type)),
          row.base_model && h('span', { class: 'pill pill-base', title: row.base_model }, term('base', row.base_model)),
        ),
        h('span', { class: 'card-corner' }, this.badge),
      ),
      this.reveal,
      h(
        'div',
        { class: 'card-foot' },
        h('div', { class: 'card-name', title: row.file }, row.title),
        row.version_name && h('div', { class: 'card-by' }, row.version_name),
        h('div', { class: 'card-stats' }, h('span', { class: 'card-size' }, bytes(row.size_bytes)), this.quick),
      ),
    ];
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
      this.quick.hidden = badge.kind !== 'update';
    }
    this.check.checked = this.events.isSelected(row);
    this.el.classList.toggle('is-selected', this.check.checked);
    this.media?.refresh();
    this.reveal.hidden = !this.media?.blurred;
  }

  /** @param {boolean} active the one that Tab leads to */
  setActive(active) {
    const index = String(active ? 0 : -1);
    for (const one of [this.button, this.check, this.quick, this.reveal]) one.setAttribute('tabindex', index);
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
