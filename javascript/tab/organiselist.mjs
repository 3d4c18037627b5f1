/** A plan of moves as lines to choose from: by target folder, behind them what does not go by itself. */

import { canMove, folderOf, groupsOf, spokenFolder } from './filingrules.mjs';
import { baseName, bytes } from './format.mjs';
import { said } from './servertext.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./checklist.mjs').CheckGroup} CheckGroup */
/** @typedef {import('./checklist.mjs').CheckLine} CheckLine */
/** @typedef {import('./filingrules.mjs').MoveGroup} MoveGroup */
/** @typedef {import('./typesfiling.mjs').Move} Move */
/** @typedef {Array<{path: string}>} Roots */

/** @type {Record<string, string>} */
const MARKS = { taken: 'alert', unknown: 'help', stay: 'check' };

/**
 * @param {Move[]} moves
 * @param {Roots} roots
 * @returns {CheckGroup[]} chosen at first is what goes without a question
 */
export function checkGroups(moves, roots) {
  return groupsOf(moves).map((group) => ({
    ...headOf(group, roots),
    id: group.key,
    lines: group.moves.map((move) => lineOf(move, roots)),
  }));
}

/**
 * @param {MoveGroup} group
 * @param {Roots} roots
 */
function headOf({ key, moves }, roots) {
  const size = bytes(moves.reduce((sum, move) => sum + (move.size_bytes ?? 0), 0));
  const n = moves.length;
  if (MARKS[key])
    return { title: t(`organise.group.${key}`), about: t('organise.groupCount', { n }), mark: MARKS[key] };
  const title = t('organise.group.folder', { folder: spokenFolder(key, roots) });
  return { title, about: t('organise.groupSum', { n, size }), hint: key, mark: 'folder' };
}

/**
 * @param {Move} move
 * @param {Roots} roots
 * @returns {CheckLine}
 */
function lineOf(move, roots) {
  const from = folderOf(move.path);
  return {
    id: move.path,
    title: baseName(move.path),
    about: aboutOf(move, spokenFolder(from, roots)),
    hint: move.target === null || move.action === 'stay' ? move.path : `${move.path} → ${move.target}`,
    ...(move.other_volume && canMove(move) ? { mark: 'copy' } : {}),
    side: bytes(move.size_bytes),
    choice: canMove(move) ? move.action === 'move' : null,
  };
}

/**
 * @param {Move} move
 * @param {string} from
 */
function aboutOf(move, from) {
  if (move.action === 'stay') return from;
  const target = move.target ?? '';
  const renamed = canMove(move) && baseName(target) !== baseName(move.path);
  return [
    t('organise.from', { folder: from }),
    renamed ? t('organise.as', { name: baseName(target) }) : '',
    move.other_volume && canMove(move) ? t('organise.willCopy') : '',
    move.files > 1 && canMove(move) ? t('organise.along', { n: move.files - 1 }) : '',
    said(move.reason),
  ]
    .filter(Boolean)
    .join(' · ');
}
