/** What a person does with the places of files, and what they are told of it. */

import { asApiError } from './api.mjs';
import { confirmDialog } from './dialogs.mjs';
import { sumsOf } from './filingrules.mjs';
import { baseName, bytes } from './format.mjs';
import { LibraryView } from './libraryview.mjs';
import { undoAction } from './notices.mjs';
import { organiseDialog } from './organisedialog.mjs';
import { orphansDialog } from './orphansdialog.mjs';
import { saidProblem } from './servertext.mjs';
import { shortCause } from './states.mjs';
import { t } from './strings.mjs';
import { trashDialog } from './trashdialog.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./filing.mjs').Filed} Filed */
/** @typedef {import('./local.mjs').Row} Row */
/** @typedef {import('./typesfiling.mjs').Operation} Operation */

export class FilingActions {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
  }

  get #list() {
    return this.app.view instanceof LibraryView ? this.app.view : null;
  }

  /**
   * What the key for deleting is about: all that is chosen, else the file that has the focus.
   * @param {Row} row
   */
  meant(row) {
    const chosen = this.#list?.chosenRows ?? [];
    return chosen.length ? chosen : [row];
  }

  /** @param {Row[]} rows into the trash, after a question */
  async remove(rows) {
    if (!rows.length) return;
    const { filing, library } = this.app.session;
    const ids = rows.map((row) => row.id);
    const question = { ...removeQuestion(rows), more: this.#filesOf(ids) };
    if (!(await confirmDialog(this.app.root, question))) return;
    const list = this.#list;
    const leaving = new Set(ids);
    const place = list?.rows.findIndex((row) => leaving.has(row.id)) ?? -1;
    if (leaving.has(this.app.localDrawer.id ?? '')) this.app.localDrawer.leave();
    library.leave(ids);
    list?.focusPlace(place);
    if (!(await this.try(() => filing.remove(ids)))) library.comeBack(ids);
  }

  /**
   * With how many files models go, in words; a plan of moves counts them.
   * @param {string[]} paths
   * @returns {Promise<string>} never throws: it is only said where it is known
   */
  async #filesOf(paths) {
    try {
      const { moves } = await this.app.session.filing.plan({ paths, folder: null }, new AbortController().signal);
      const n = moves.reduce((sum, move) => sum + move.files, 0);
      return n ? t('remove.files', { n }) : '';
    } catch {
      return '';
    }
  }

  /** @param {Row[]|null} rows null for all that is known of */
  organise(rows) {
    organiseDialog(this.app, rows);
  }

  showTrash() {
    trashDialog(this.app);
  }

  showOrphans() {
    orphansDialog(this.app);
  }

  /** @param {Operation[]} operations */
  undo(operations) {
    return this.try(() => this.app.session.filing.undo(operations));
  }

  /** @returns {Promise<void>} asks first, for nothing brings these files back */
  async emptyTrash() {
    const { filing } = this.app.session;
    const { files, size_bytes: size } = filing.trash ?? { files: 0, size_bytes: 0 };
    if (!files) return;
    const question = {
      title: t('trash.ask'),
      text: t('trash.explain', { n: files, size: bytes(size) }),
      yes: t('trash.yes'),
      danger: true,
    };
    if (!(await confirmDialog(this.app.root, question))) return;
    await this.try(async () => {
      const { files: n, size_bytes: freed } = await filing.emptyTrash();
      this.app.notices.toast(t('trash.emptied', { n, size: bytes(freed) }), { tone: 'good', key: 'filing' });
    });
  }

  /** @param {Filed} filed the details go along with the file that they are of */
  follow({ operations, undone }) {
    for (const { kind, items } of operations) if (kind === 'move') this.app.localDrawer.follow(items, undone);
  }

  /** @param {Filed} filed what has come to its end while the page was open */
  tellEnd({ operations, undone }) {
    const { items, errors } = sumsOf(operations);
    const back = operations.filter((one) => one.can_undo);
    const failed = errors.length > 0;
    const [first] = operations;
    const name = baseName(first.items[0]?.path);
    const key = undone ? 'filing.back' : `filing.told.${first.kind}`;
    this.app.notices.toast(t(failed ? `${key}.partly` : key, { n: items, name }), {
      tone: failed ? 'bad' : 'good',
      hint: failed ? saidProblem(errors[0]).message : '',
      ...(back.length && !undone ? { action: undoAction(() => void this.undo(back)) } : {}),
      key: 'filing',
    });
  }

  /**
   * @param {() => Promise<void>} act
   * @returns {Promise<boolean>} false when it failed, which has been told
   */
  async try(act) {
    try {
      await act();
      return true;
    } catch (error) {
      const problem = asApiError(error);
      if (problem.isCutOff) this.app.session.disconnected(problem.code);
      this.app.notices.toast(shortCause(problem), { tone: 'bad', hint: problem.hint, key: 'filing' });
      return false;
    }
  }
}

/** @param {Row[]} rows */
function removeQuestion(rows) {
  const size = bytes(rows.reduce((sum, row) => sum + (row.size_bytes ?? 0), 0));
  const roots = [...new Set(rows.map((row) => row.root))].join(', ');
  return {
    title: rows.length === 1 ? t('remove.askOne', { name: rows[0].title }) : t('remove.ask', { n: rows.length }),
    text: t('remove.explain', { n: rows.length, size, roots }),
    yes: t('remove.yes'),
    danger: true,
  };
}
