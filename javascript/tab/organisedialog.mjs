/** Move or organise: first where everything would go, then one yes. Nothing moves before it. */

import { asApiError, isAbort } from './api.mjs';
import { CheckList } from './checklist.mjs';
import { formDialog } from './dialogs.mjs';
import { fill, h, setText } from './dom.mjs';
import { canMove, costOf } from './filingrules.mjs';
import { bytes } from './format.mjs';
import { OrganiseForm } from './organiseform.mjs';
import { checkGroups } from './organiselist.mjs';
import { reasonOf } from './states.mjs';
import { number, t } from './strings.mjs';
import { note } from './targetform.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./local.mjs').Row} Row */
/** @typedef {import('./typesfiling.mjs').MovePlan} MovePlan */

/**
 * @param {App} app
 * @param {Row[]|null} rows null for all that is known of
 */
export function organiseDialog(app, rows) {
  const organising = new Organising(app, rows);
  const dialog = formDialog(app.root, {
    title: rows === null ? t('organise.titleAll') : t('organise.title', { n: rows.length }),
    name: 'dialog-filing',
    body: [organising.form.el, organising.sums, organising.notes, organising.list.el],
    foot: [organising.cancel, organising.start],
  });
  organising.close = () => dialog.close('no');
  organising.cancel.addEventListener('click', () => dialog.close('no'));
  dialog.addEventListener('close', () => organising.dispose());
  organising.form.focus();
  void organising.look();
}

class Organising {
  /**
   * @param {App} app
   * @param {Row[]|null} rows
   */
  constructor(app, rows) {
    this.app = app;
    this.rows = rows;
    /** @type {MovePlan|null} */
    this.plan = null;
    /** @type {AbortController|null} */
    this.running = null;
    this.close = () => {};
    this.form = new OrganiseForm(app, rows, () => void this.look());
    this.sums = h('div', { class: 'plan-sums', role: 'status' });
    this.notes = h('div', { class: 'organise-notes' });
    this.list = new CheckList({ label: t('organise.list'), changed: () => this.#drawSums() });
    this.cancel = h('button', { type: 'button', class: 'button' }, t('action.cancel'));
    this.start = h('button', {
      type: 'button',
      class: 'button button-primary',
      disabled: true,
      on: { click: () => void this.#move() },
    });
    setText(this.start, t('organise.startNone'));
  }

  dispose() {
    this.running?.abort();
    this.form.dispose();
    this.list.dispose();
  }

  /** Asks where everything would go, as things stand. */
  async look() {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    this.#wait();
    try {
      const wish = { paths: (this.rows ?? []).map((row) => row.id), folder: this.form.folder };
      const plan = await this.app.session.filing.plan(wish, controller.signal);
      if (this.running === controller) this.#take(plan);
    } catch (error) {
      if (isAbort(error) || this.running !== controller) return;
      const retry = h(
        'button',
        { type: 'button', class: 'button button-small', on: { click: () => void this.look() } },
        t('action.retry'),
      );
      fill(this.sums);
      fill(this.notes, note('alert', 'warn', reasonOf(asApiError(error))), retry);
    }
  }

  /** The old plan is none any more. */
  #wait() {
    this.plan = null;
    this.list.set([]);
    this.list.el.hidden = true;
    this.start.disabled = true;
    setText(this.start, t('organise.startNone'));
    fill(this.sums, h('p', { class: 'muted' }, t('organise.looking')));
    fill(
      this.notes,
      [1, 2, 3].map(() => h('div', { class: 'shimmer plan-shimmer', 'aria-hidden': 'true' })),
    );
  }

  /** @param {MovePlan} plan */
  #take(plan) {
    this.plan = plan;
    this.list.el.hidden = plan.moves.length === 0;
    this.list.set(checkGroups(plan.moves, this.app.session.roots));
    this.#drawSums();
  }

  get #chosen() {
    return (this.plan?.moves ?? []).filter((move) => this.list.chosen.has(move.path) && canMove(move));
  }

  #drawSums() {
    if (!this.plan) return;
    const { moves, free_bytes: free } = this.plan;
    const count = (/** @type {string} */ action) => moves.filter((move) => move.action === action).length;
    const cost = costOf(this.#chosen, free);
    fill(
      this.sums,
      figure(number(cost.models), t('organise.models', { n: cost.models })),
      figure(bytes(cost.bytes), t('organise.size')),
      ...['stay', 'taken', 'unknown'].map((action) =>
        count(action) ? figure(number(count(action)), t(`organise.count.${action}`)) : null,
      ),
    );
    fill(
      this.notes,
      moves.some(canMove) ? null : note('check', 'good', t(moves.length ? 'organise.nothing' : 'organise.empty')),
      cost.copied ? note('copy', 'info', t('organise.copied', { n: cost.copied })) : null,
      cost.tooLarge ? note('alert', 'warn', t('organise.full', { free: bytes(free) })) : null,
    );
    this.start.disabled = cost.models === 0;
    setText(this.start, cost.files ? t('organise.start', { n: cost.files }) : t('organise.startNone'));
  }

  /** A refusal is told here, beside what was refused. */
  async #move() {
    const moves = this.#chosen.map(({ path, target }) => ({ path, target: String(target) }));
    this.start.disabled = true;
    try {
      await this.app.session.filing.organise(moves);
      this.close();
    } catch (error) {
      const problem = asApiError(error);
      if (problem.isCutOff) this.app.session.disconnected(problem.code);
      fill(this.notes, note('alert', 'warn', reasonOf(problem)));
      this.start.disabled = false;
      this.start.focus();
    }
  }
}

/**
 * @param {string} value
 * @param {string} words
 */
function figure(value, words) {
  return h(
    'div',
    { class: 'plan-figure' },
    h('span', { class: 'plan-value' }, value),
    h('span', { class: 'muted' }, words),
  );
}
