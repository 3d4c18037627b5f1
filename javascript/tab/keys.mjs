/** The keyboard map. Pure: from a key press to the name of what shall happen. */

/**
 * @typedef {'search'|'help'|'escape'|'download'|'options'|'copyLink'|'reveal'|'versionPrevious'|'versionNext'|'previous'|'next'
 *   |'goBrowse'|'goLibrary'|'goMissing'|'goDownloads'|'goSettings'|'prefix'|'denser'|'larger'|'runSearch'
 *   |'remove'|'undo'} KeyAction
 */

/** @typedef {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey?: boolean}} KeyPress */

/** @type {Record<string, KeyAction>} */
const PLAIN = {
  '/': 'search',
  '?': 'help',
  Escape: 'escape',
  d: 'download',
  i: 'copyLink',
  b: 'reveal',
  '[': 'versionPrevious',
  ']': 'versionNext',
  ArrowLeft: 'previous',
  ArrowRight: 'next',
  g: 'prefix',
  '+': 'larger',
  '=': 'larger',
  '-': 'denser',
  Delete: 'remove',
};

/** @type {Record<string, KeyAction>} */
const AFTER_G = { b: 'goBrowse', l: 'goLibrary', m: 'goMissing', d: 'goDownloads', s: 'goSettings' };

/**
 * @param {KeyPress} press
 * @param {{typing: boolean, afterG: boolean}} where
 * @returns {KeyAction|null} null when the key is not ours
 */
export function actionFor(press, where) {
  if (press.altKey) return null;
  if (press.ctrlKey || press.metaKey) return withCtrl(press, where.typing);
  if (where.typing) return press.key === 'Escape' ? 'escape' : null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (where.afterG) return AFTER_G[key] ?? null;
  if (key === 'd' && press.shiftKey) return 'options';
  return PLAIN[key] ?? null;
}

/**
 * @param {KeyPress} press
 * @param {boolean} typing the field then takes back its own words
 * @returns {KeyAction|null}
 */
function withCtrl(press, typing) {
  if (press.key === 'Enter') return 'runSearch';
  if (press.key === 'Backspace') return press.metaKey && !typing ? 'remove' : null; // what a Mac deletes files with
  return press.key === 'z' && !typing ? 'undo' : null;
}

/** What the help shows. @type {Array<{keys: string[], text: string}>} */
export const HELP = [
  { keys: ['/'], text: 'help.search' },
  { keys: ['Ctrl', 'Enter'], text: 'help.run' },
  { keys: ['←', '↑', '↓', '→'], text: 'help.move' },
  { keys: ['Enter'], text: 'help.details' },
  { keys: ['D'], text: 'help.download' },
  { keys: ['Shift D'], text: 'help.options' },
  { keys: ['I'], text: 'help.copyLink' },
  { keys: ['B'], text: 'help.reveal' },
  { keys: ['[', ']'], text: 'help.version' },
  { keys: ['←', '→'], text: 'help.browseModels' },
  { keys: ['Space', 'Shift ↓', 'Ctrl A'], text: 'help.select' },
  { keys: ['Delete', '⌘ ⌫'], text: 'help.remove' },
  { keys: ['Ctrl Z'], text: 'help.undo' },
  { keys: ['Alt ↑', 'Alt ↓'], text: 'help.queue' },
  { keys: ['+', '−'], text: 'help.density' },
  { keys: ['G', 'B / L / M / D / S'], text: 'help.views' },
  { keys: ['Esc'], text: 'help.escape' },
  { keys: ['?'], text: 'help.help' },
];
