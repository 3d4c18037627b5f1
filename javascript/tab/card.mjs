/** One model in the grid. */

import { fill, h } from './dom.mjs';
import { bytes, count, daysLeft, earlyWords, percent } from './format.mjs';
import { icon, ring } from './icons.mjs';
import { stepWords } from './local.mjs';
import { Media } from './media.mjs';
import { t, term } from './strings.mjs';

/** @typedef {import('./types.mjs').Card} Card */
/** @typedef {import('./types.mjs').Job} Job */
/** @typedef {import('./session.mjs').Session} Session */

/** @typedef {{kind: string, text: string, title?: string, icon?: string, percent?: number, spoken?: string}} Badge `spoken` is said before the text */

/**
 * @typedef {object} CardEvents
 * @property {(id: number) => void} open
 * @property {(card: Card) => void} download
 * @property {(card: Card, range: boolean) => void} select
 * @property {(card: Card) => boolean} isSelected
 */

const HOVER_MS = 120;
/** A longer "v2 → v3" would not fit into the corner. */
const SHORT_STEP = 13;

/**
 * What a card says about its model in the corner, the most pressing first.
 * @param {Card} card
 * @param {Session} session
 * @param {number} now milliseconds
 * @returns {Badge|null}
 */
export function badgeOf(card, session, now) {
  const job = session.jobs.openForModel(card.id);
  if (job) return jobBadge(job);
  const latest = card.latest;
  if (latest && session.queue.isAsked(latest.version_id, latest.file?.id ?? null)) return queuedBadge();
  const installed = session.owned.ofCard(card);
  if (installed === 'update' && !session.library.quiet.has(card.id)) {
    return updateBadge(session.library.offerForModel(card.id), latest?.name ?? '');
  }
  if (installed !== 'none') return { kind: 'installed', text: t('badge.installed'), icon: 'check' };
  const days = daysLeft(latest?.early_access_until, now);
  if (days)
    return {
      kind: 'early',
      text: earlyWords(days),
      icon: 'clock',
      title: t('badge.early', { n: days }),
    };
  return null;
}

/**
 * @param {import('./local.mjs').Offer|null} offer
 * @param {string} latest the name of the newest version, where no offer is known
 * @returns {Badge}
 */
function updateBadge(offer, latest) {
  const to = offer?.version.name ?? latest;
  const step = stepWords(offer?.from, to);
  const title = to ? t('local.updateStep', { step }) : undefined;
  if (!offer?.from || step.length > SHORT_STEP) return { kind: 'update', text: t('badge.update'), icon: 'up', title };
  return { kind: 'update', text: step, icon: 'up', title, spoken: t('badge.update') };
}

/** @returns {Badge} */
function queuedBadge() {
  return { kind: 'queued', text: t('badge.queued'), icon: 'clock' };
}

/**
 * @param {Job} job
 * @returns {Badge}
 */
export function jobBadge(job) {
  const done = percent(job.bytes_done, job.bytes_total);
  if (job.state === 'paused') return { kind: 'queued', text: t('badge.paused'), icon: 'pause' };
  if (job.state === 'verifying' || job.state === 'moving')
    return { kind: 'active', text: t('badge.verifying'), percent: 100 };
  if (job.state === 'downloading')
    return { kind: 'active', text: t('badge.percent', { n: done ?? 0 }), percent: done ?? 0 };
  return queuedBadge();
}

/**
 * @param {Badge} badge
 * @returns {HTMLElement}
 */
export function badgeElement(badge) {
  const mark = badge.percent === undefined ? badge.icon && icon(badge.icon, 13) : ring(badge.percent);
  return h(
    'span',
    { class: `badge badge-${badge.kind}`, title: badge.title },
    mark || null,
    badge.spoken && h('span', { class: 'sr-only' }, badge.spoken),
    h('span', null, badge.text),
  );
}

export class CardView {
  /**
   * @param {Card} card
   * @param {{session: Session, width: number, events: CardEvents}} options
   */
  constructor(card, options) {
    this.card = card;
    this.session = options.session;
    this.events = options.events;
    this.media = new Media(card.preview, { session: options.session, width: options.width });
    this.badgeKey = '';
    this.hover = 0;
    this.button = this.#mainButton();
    this.check = h('input', {
      type: 'checkbox',
      class: 'check',
      tabindex: -1,
      'aria-label': t('local.select', { name: card.name }),
      on: { click: (/** @type {MouseEvent} */ event) => this.events.select(this.card, event.shiftKey) },
    });
    this.corner = h('span', { class: 'card-corner' });
    this.reveal = this.#revealButton();
    this.quick = this.#quickButton();
    this.el = h(
      'li',
      { class: 'card', data: { id: card.id } },
      this.media.el,
      h('div', { class: 'card-scrim', 'aria-hidden': 'true' }),
      this.button,
      this.#top(),
      this.reveal,
      this.#foot(),
    );
    this.#listen();
    this.update();
  }

  #mainButton() {
    const { card } = this;
    return h('button', {
      type: 'button',
      class: 'card-open',
      tabindex: -1,
      'aria-label': t('card.open', { name: card.name }),
      on: { click: (/** @type {MouseEvent} */ event) => this.#click(event) },
    });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (event.shiftKey || event.ctrlKey || event.metaKey) this.events.select(this.card, event.shiftKey);
    else this.events.open(this.card.id);
  }

  #top() {
    const { card } = this;
    const base = card.latest?.base_model ?? card.base_models?.[0];
    return h(
      'div',
      { class: 'card-top' },
      h('label', { class: 'local-check card-check' }, this.check),
      h(
        'span',
        { class: 'pills' },
        h('span', { class: 'pill pill-type' }, term('type', card.type)),
        base && h('span', { class: 'pill pill-base', title: base }, term('base', base)),
      ),
      this.corner,
    );
  }

  #foot() {
    const { card } = this;
    const stats = card.stats ?? {};
    const size = card.latest?.file?.size_bytes;
    return h(
      'div',
      { class: 'card-foot' },
      h('div', { class: 'card-name', title: card.name }, card.name),
      card.creator && h('div', { class: 'card-by' }, card.creator),
      h(
        'div',
        { class: 'card-stats' },
        h(
          'span',
          { title: t('card.downloads', { n: count(stats.downloads) }) },
          icon('download', 12),
          count(stats.downloads),
        ),
        h('span', { title: t('card.likes', { n: count(stats.likes) }) }, icon('heart', 12), count(stats.likes)),
        h('span', { class: 'card-size' }, size ? bytes(size) : ''),
        this.quick,
      ),
    );
  }

  #quickButton() {
    const { card } = this;
    const size = bytes(card.latest?.file?.size_bytes);
    return h(
      'button',
      {
        type: 'button',
        class: 'card-quick',
        tabindex: -1,
        'aria-label': t('card.quick', { name: card.name, size }),
        title: t('card.quick', { name: card.name, size }),
        on: { click: () => this.events.download(card) },
      },
      icon('download', 16),
    );
  }

  #revealButton() {
    return h(
      'button',
      {
        type: 'button',
        class: 'card-reveal',
        tabindex: -1,
        title: t('card.blurred'),
        'aria-label': t('card.revealLabel', { name: this.card.name }),
        on: { click: () => this.toggleBlur() },
      },
      icon('eye', 16),
      h('span', null, t('card.reveal')),
    );
  }

  #listen() {
    this.el.addEventListener('pointerenter', (event) => {
      if (event.pointerType !== 'touch') this.hover = window.setTimeout(() => this.media.play(), HOVER_MS);
    });
    this.el.addEventListener('pointerleave', () => this.#still());
    this.el.addEventListener('focusin', () => {
      if (this.button.matches(':focus-visible')) this.media.play();
    });
    this.el.addEventListener('focusout', () => this.#still());
  }

  #still() {
    window.clearTimeout(this.hover);
    this.media.stop();
  }

  /** Shows or hides a picture above the blur level. */
  toggleBlur() {
    const { picture } = this.media;
    if (!picture) return;
    const { revealed } = this.session;
    if (revealed.has(picture.url)) revealed.delete(picture.url);
    else revealed.add(picture.url);
    const hadFocus = this.reveal.matches(':focus');
    this.update();
    if (hadFocus) this.button.focus({ preventScroll: true });
  }

  /** Brings badge and blur up to date; cheap when nothing changed. */
  update() {
    const badge = badgeOf(this.card, this.session, Date.now());
    const key = badge ? `${badge.kind} ${badge.text}` : '';
    if (key !== this.badgeKey) {
      this.badgeKey = key;
      fill(this.corner, badge && badgeElement(badge));
    }
    const busy = badge !== null && ['installed', 'queued', 'active'].includes(badge.kind);
    this.quick.hidden = busy || !this.card.latest;
    this.check.checked = this.events.isSelected(this.card);
    this.el.classList.toggle('is-selected', this.check.checked);
    this.media.refresh();
    this.reveal.hidden = !this.media.blurred;
  }

  /** @param {boolean} active the card that Tab leads to */
  setActive(active) {
    const index = String(active ? 0 : -1);
    for (const button of [this.button, this.check, this.quick, this.reveal]) {
      if (button.getAttribute('tabindex') !== index) button.setAttribute('tabindex', index);
    }
  }

  /** @param {boolean} current the one shown in the drawer */
  setCurrent(current) {
    this.el.classList.toggle('is-current', current);
    if (current) this.button.setAttribute('aria-current', 'true');
    else this.button.removeAttribute('aria-current');
  }

  /**
   * @param {{index: number, total: number, x: number, y: number}} place
   */
  place(place) {
    this.el.style.transform = `translate(${place.x}px, ${place.y}px)`;
    this.el.setAttribute('aria-posinset', String(place.index + 1));
    this.el.setAttribute('aria-setsize', String(place.total));
  }

  dispose() {
    this.#still();
    this.el.remove();
  }
}

/**
 * A card that has not come yet.
 * @returns {HTMLElement}
 */
export function skeletonCard() {
  return h('li', { class: 'card card-skeleton', 'aria-hidden': 'true' }, h('div', { class: 'shimmer' }));
}
