/** One model in the grid. */

import { attr, copies, fill, h, hideKeepingFocus, part } from './dom.mjs';
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
 * @property {(card: Card) => HTMLElement} menu the button of what else can be done
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
 * What uncovers the picture of a card that is above the blur level.
 * @param {string} name
 * @param {boolean} active the card that Tab leads to
 * @param {() => void} reveal
 */
export function revealButton(name, active, reveal) {
  return h(
    'button',
    {
      type: 'button',
      class: 'card-reveal',
      tabindex: active ? 0 : -1,
      title: t('card.blurred'),
      'aria-label': t('card.revealLabel', { name }),
      on: { click: reveal },
    },
    icon('eye', 16),
    h('span', null, t('card.reveal')),
  );
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

const blankCard = copies(() =>
  h(
    'li',
    { class: 'card' },
    h('div', { class: 'card-scrim', 'aria-hidden': 'true' }),
    h('button', { type: 'button', class: 'card-open', tabindex: -1 }),
    h(
      'div',
      { class: 'card-top' },
      h('label', { class: 'local-check card-check' }, h('input', { type: 'checkbox', class: 'check', tabindex: -1 })),
      h('span', { class: 'pills' }, h('span', { class: 'pill pill-type' }), h('span', { class: 'pill pill-base' })),
      h('span', { class: 'card-corner' }),
    ),
    h(
      'div',
      { class: 'card-foot' },
      h('div', { class: 'card-name' }),
      h('div', { class: 'card-by' }),
      h(
        'div',
        { class: 'card-stats' },
        h('span', { class: 'card-downloads' }, icon('download', 12)),
        h('span', { class: 'card-likes' }, icon('heart', 12)),
        h('span', { class: 'card-size' }),
        h('button', { type: 'button', class: 'card-quick', tabindex: -1 }, icon('download', 16)),
      ),
    ),
  ),
);

export class CardView {
  /**
   * @param {Card} card
   * @param {{session: Session, width: number, pace?: import('./pace.mjs').Pace, events: CardEvents}} options
   */
  constructor(card, options) {
    this.card = card;
    this.session = options.session;
    this.events = options.events;
    this.media = new Media(card.preview, options);
    this.badgeKey = '';
    this.hover = 0;
    this.active = false;
    this.el = blankCard();
    this.button = part(this.el, 'button', 'card-open');
    this.check = part(this.el, 'input', 'check');
    this.quick = part(this.el, 'button', 'card-quick');
    this.corner = part(this.el, 'span', 'card-corner');
    /** Made for the first picture to cover. @type {HTMLButtonElement|null} */
    this.reveal = null;
    /** Made when a pointer or the focus comes. @type {HTMLElement|null} */
    this.more = null;
    this.el.dataset.id = String(card.id);
    this.el.prepend(this.media.el);
    this.#name();
    this.#pills();
    this.#stats();
    this.#listen();
    this.update();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (event.shiftKey || event.ctrlKey || event.metaKey) this.events.select(this.card, event.shiftKey);
    else this.events.open(this.card.id);
  }

  #name() {
    const { name, creator } = this.card;
    const title = part(this.el, 'div', 'card-name');
    title.title = name;
    title.textContent = name;
    attr(this.button, 'aria-label', t('card.open', { name }));
    attr(this.check, 'aria-label', t('local.select', { name }));
    const by = part(this.el, 'div', 'card-by');
    if (creator) by.textContent = creator;
    else by.remove();
  }

  #pills() {
    const { card } = this;
    part(this.el, 'span', 'pill-type').textContent = term('type', card.type);
    const base = card.latest?.base_model ?? card.base_models?.[0];
    const pill = part(this.el, 'span', 'pill-base');
    if (!base) return pill.remove();
    pill.title = base;
    pill.textContent = term('base', base);
  }

  #stats() {
    const { card } = this;
    const size = card.latest?.file?.size_bytes;
    this.#figure('downloads', card.stats?.downloads);
    this.#figure('likes', card.stats?.likes);
    part(this.el, 'span', 'card-size').textContent = size ? bytes(size) : '';
    const label = t('card.quick', { name: card.name, size: bytes(size) });
    this.quick.title = label;
    attr(this.quick, 'aria-label', label);
  }

  /**
   * @param {'downloads'|'likes'} name
   * @param {number|null|undefined} value
   */
  #figure(name, value) {
    const words = count(value);
    const figure = part(this.el, 'span', `card-${name}`);
    figure.title = t(`card.${name}`, { n: words });
    figure.append(words);
  }

  #makeReveal() {
    const button = revealButton(this.card.name, this.active, () => this.toggleBlur());
    this.el.querySelector('.card-foot')?.before(button);
    return button;
  }

  #makeMore() {
    if (this.more) return;
    this.more = this.events.menu(this.card);
    this.more.tabIndex = this.active ? 0 : -1;
    this.quick.after(this.more);
  }

  #listen() {
    this.button.addEventListener('click', (event) => this.#click(event));
    this.check.addEventListener('click', (event) => this.events.select(this.card, event.shiftKey));
    this.quick.addEventListener('click', () => this.events.download(this.card));
    this.el.addEventListener('pointerenter', (event) => {
      if (event.pointerType === 'touch') return;
      this.#makeMore();
      this.hover = window.setTimeout(() => this.media.play(), HOVER_MS);
    });
    this.el.addEventListener('pointerleave', () => this.#still());
    this.el.addEventListener('focusin', () => {
      this.#makeMore();
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
    const hadFocus = this.reveal?.matches(':focus');
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
    hideKeepingFocus(this.quick, busy || !this.card.latest, this.button);
    this.check.checked = this.events.isSelected(this.card);
    this.el.classList.toggle('is-selected', this.check.checked);
    this.media.refresh();
    if (this.media.blurred) this.reveal ??= this.#makeReveal();
    if (this.reveal) this.reveal.hidden = !this.media.blurred;
  }

  calm() {
    this.media.calm();
  }

  /** @param {boolean} active the card that Tab leads to */
  setActive(active) {
    if (active === this.active) return;
    this.active = active;
    for (const one of [this.button, this.check, this.quick, this.more, this.reveal])
      if (one) one.tabIndex = active ? 0 : -1;
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
