/**
 * Every word the tab shows, by key: one catalogue for each language. `{name}` is filled in; a key with `.one` and
 * `.other` is chosen by the number `n`.
 */

import { CARDS_EN } from './stringscards.mjs';
import { DOWNLOADS_EN } from './stringsdownloads.mjs';
import { LIBRARY_EN } from './stringslibrary.mjs';
import { SEND_EN } from './stringssend.mjs';

/** @type {Record<string, string>} */
const EN = {
  ...CARDS_EN,
  ...DOWNLOADS_EN,
  ...LIBRARY_EN,
  ...SEND_EN,
  'app.name': 'CivitDock',
  'app.title': 'CivitAI Browser',
  'app.views': 'Parts of CivitDock',
  'view.browse': 'Browse',
  'view.library': 'Library',
  'view.downloads': 'Downloads',
  'view.settings': 'Settings',
  'action.cancel': 'Cancel',
  'action.retry': 'Try again',
  'action.close': 'Close',
  'action.undo': 'Undo',
  'action.copy': 'Copy',
  'action.copyAll': 'Copy all',
  'action.clearAll': 'Clear all',
  'action.dismiss': 'Dismiss',
  'action.openSettings': 'Open settings',
  'action.tryNow': 'Try now',
  'action.copyDetails': 'Copy details',
  'action.reload': 'Reload page',
  'action.loadMore': 'Load more',
  'toast.copied': 'Copied',
  'toast.copyFailed': 'The browser did not allow copying',
  'search.label': 'Search CivitAI',
  'search.placeholder': 'Search models, paste a CivitAI link, an AIR or a hash, @creator, #tag',
  'search.short': 'Search or paste a link',
  'search.clear': 'Clear search',
  'recent.title': 'Recent searches',
  'recent.clear': 'Clear',
  'recent.cleared': 'Recent searches cleared',
  'recent.remove': 'Forget {line}',
  'sets.title': 'Saved filters',
  'sets.namePlaceholder': 'Name these filters',
  'sets.newName': 'New name of {name}',
  'sets.save': 'Save',
  'sets.saved': 'Filters saved as {name}',
  'sets.replaced': 'Filters of {name} replaced',
  'sets.full': 'There is no room for another one. Delete one first.',
  'sets.taken': 'Another one has this name',
  'sets.rename': 'Rename {name}',
  'sets.delete': 'Delete {name}',
  'sets.deleted': '{name} deleted',
  'sets.none': 'Nothing saved yet. Choose filters, then give them a name.',
  'sets.plain': 'No filter',
  'filter.group': 'Filters',
  'filter.type': 'Type',
  'filter.base': 'Base model',
  'filter.sort': 'Sort',
  'filter.period': 'Period',
  'filter.level': 'Content',
  'filter.hide': 'Hide installed',
  'filter.find': 'Find a base model',
  'filter.findType': 'Find a type',
  'filter.none': 'Nothing found',
  'filter.active': 'Active filters',
  'filter.remove': 'Remove filter {name}',
  'chip.text': 'Text: {value}',
  'chip.creator': '@{value}',
  'chip.tag': '#{value}',
  'chip.reference.model': 'Model {value}',
  'chip.reference.version': 'Version {value}',
  'chip.reference.id': 'Id {value}',
  'chip.reference.hash': 'Hash {value}',
  'chip.reference.link': 'Link {value}',
  'chip.types': '{value}',
  'chip.bases': '{value}',
  'chip.sort': 'Sort: {value}',
  'chip.period': 'Period: {value}',
  'chip.level': 'Content: {value}',
  'chip.hideInstalled': 'Installed hidden',
  'type.LORA': 'LoRA',
  'type.TextualInversion': 'Embedding',
  'type.Controlnet': 'ControlNet',
  'type.AestheticGradient': 'Aesthetic gradient',
  'type.MotionModule': 'Motion module',
  'type.TextEncoder': 'Text encoder',
  'type.CLIPVision': 'CLIP vision',
  'type.ComfyWorkflows': 'Comfy workflows',
  'type.VisionLanguage': 'Vision language',
  'period.AllTime': 'All time',
  'period.Year': 'Year',
  'period.Month': 'Month',
  'period.Week': 'Week',
  'period.Day': 'Day',
  'level.None': 'Safe only',
  'level.Soft': 'Up to PG-13',
  'level.Mature': 'Up to R',
  'level.X': 'Everything',
  'results.label': 'Models',
  'results.count.one': '{n} result',
  'results.count.other': '{n} results',
  'results.countMore': '{n} results so far',
  'results.popular': 'Popular this week',
  'results.popularMonth': 'Popular this month',
  'results.popularAll': 'Most downloaded',
  'density.label': 'Size of the cards',
  'density.smaller': 'Smaller cards',
  'density.larger': 'Larger cards',
  'results.back': 'Back to where I was',
  'results.end': 'That is all',
  'results.loading': 'Searching …',
  'results.cached': 'from the cache',
  'results.moreFailed': 'The next page did not come',
  'first.title': 'Find a model, press Download, use it.',
  'first.text': 'Search by name, or paste a link from CivitAI. Try:',
  'slow.text': 'CivitAI is slow …',
  'slow.long': 'CivitAI has not answered for {n} s',
  'empty.title': 'No model fits',
  'empty.text': 'Take a filter away:',
  'empty.textPlain': 'Check the spelling, or try fewer words.',
  'empty.clear': 'Clear the search',
  'error.title': 'The search did not work',
  'error.rate_limited': 'CivitAI asks for a pause',
  'error.civitai_down': 'CivitAI is down just now',
  'error.offline': 'CivitAI cannot be reached',
  'error.challenge_page': 'CivitAI answers with a check page',
  'error.server_unreachable': 'CivitDock does not answer',
  'error.region_blocked': 'CivitAI is not available in this region',
  'error.unauthorized': 'Please log in again',
  'error.forbidden_host': 'This address is not allowed',
  'error.again': 'Next try in {n} s',
  'strip.unreachable': 'The connection to CivitDock is lost. What is shown stays usable.',
  'strip.next': 'Next try in {n} s.',
  'strip.trying': 'Trying …',
  'strip.back': 'The connection is back',
  'strip.stale': 'CivitAI does not answer. These results come from the cache and may be old.',
  'strip.updated': 'CivitDock was updated. Reload the page to use the new version.',
  'strip.missing': 'Missing packages: {names}. Some abilities are off.',
  'card.open': '{name}, details',
  'card.quick': 'Download {name} ({size})',
  'card.downloads': '{n} downloads',
  'card.likes': '{n} likes',
  'card.reveal': 'Show',
  'card.revealLabel': 'Show the picture of {name}',
  'card.blurred': 'Hidden by your content setting',
  'badge.installed': 'Installed',
  'badge.update': 'Update',
  'badge.updateTo': 'Update to {name}',
  'badge.queued': 'Queued',
  'badge.paused': 'Paused',
  'badge.percent': '{n} %',
  'badge.verifying': 'Checking',
  'badge.early.one': 'Early access, {n} day',
  'badge.early.other': 'Early access, {n} days',
  'badge.earlyShort': 'EA {n} d',
  'drawer.label': 'Model details',
  'drawer.loading': 'Loading details …',
  'drawer.previous': 'Previous model',
  'drawer.next': 'Next model',
  'drawer.page': 'Open on CivitAI',
  'drawer.copyLink': 'Copy link',
  'drawer.resize': 'Width of the details',
  'drawer.versions': 'Versions',
  'drawer.files': 'Files',
  'drawer.triggers': 'Trigger words',
  'drawer.pictures': 'Pictures',
  'drawer.about': 'Description',
  'drawer.aboutVersion': 'About this version',
  'drawer.licence': 'Licence',
  'drawer.tags': 'Tags',
  'drawer.noVersions': 'This model has no version that can be downloaded.',
  'drawer.noFiles': 'CivitAI lists no file for this version.',
  'drawer.hidden.one': '{n} picture is hidden by your content setting.',
  'drawer.hidden.other': '{n} pictures are hidden by your content setting.',
  'drawer.failed': 'The details did not come',
  'drawer.moreText': 'Show all',
  'drawer.lessText': 'Show less',
  'drawer.descriptionFrame': 'Description by the author',
  'drawer.copyWord': 'Copy {word}',
  'version.installed': 'Installed',
  'version.earlyHint':
    'This version costs something until {date}. With access, and your API key set, it can be downloaded now.',
  'file.download': 'Download',
  'file.downloadName': 'Download {name}',
  'file.primary': 'Default file',
  'file.details': 'Hashes and scans',
  'file.pickle': 'Pickle scan',
  'file.virus': 'Virus scan',
  'file.scanNone': 'not scanned',
  'file.scanSafe': 'Scans clean',
  'file.scanPending': 'Scan pending',
  'file.scanDanger': 'Scan found a danger',
  'file.copyHash': 'Copy {name}',
  'file.needsKey': 'No API key set. CivitAI asks for one for some files.',
  'licence.credit': 'Credit the creator when you use it',
  'licence.noCredit': 'No credit needed',
  'licence.sellImages': 'Sell pictures made with it',
  'licence.rentCivit': 'Run it on CivitAI’s generator',
  'licence.rent': 'Run it on paid services',
  'licence.sell': 'Sell the model or merges',
  'licence.derivatives': 'Share merges made with it',
  'licence.relicense': 'Share merges under other terms',
  'licence.yes': 'Allowed',
  'licence.no': 'Not allowed',
  'licence.must': 'Needed',
  'gallery.title': 'Gallery',
  'gallery.open': 'Gallery picture {n}',
  'gallery.loading': 'Loading pictures …',
  'gallery.failed': 'The pictures did not come',
  'gallery.empty': 'Nobody has posted a picture of this version.',
  'creator.more': 'More by {name}',
  'creator.all': 'Show all',
  'picture.open': 'Picture {n} of {total}',
  'picture.label': 'Picture',
  'picture.previous': 'Previous picture',
  'picture.next': 'Next picture',
  'picture.meta': 'Made with',
  'picture.noMeta': 'CivitAI gives no generation data for this picture.',
  'picture.prompt': 'Prompt',
  'picture.negative': 'Negative prompt',
  'picture.position': '{n} / {total}',
  'settings.intro': 'Changes are saved at once.',
  'settings.saved': '{name} saved',
  'settings.undone': '{name} set back',
  'settings.restart': 'takes effect after a restart',
  'settings.locked': 'set by the host or the environment',
  'settings.failed': 'The settings did not come',
  'settings.group.account': 'Account',
  'settings.group.content': 'Content',
  'settings.group.downloads': 'Downloads',
  'settings.group.library': 'Library and previews',
  'settings.group.network': 'Network',
  'settings.group.other': 'More',
  'settings.notNumber': 'Please give a number',
  'settings.range': 'From {low} to {high}',
  'settings.atLeast': 'At least {low}',
  'key.label': 'CivitAI API key',
  'key.help': 'Needed for some files and for early access. It is stored encrypted and never shown again.',
  'key.set': 'A key is set',
  'key.unset': 'No key set',
  'key.placeholder': 'Paste your key',
  'key.placeholderSet': 'Paste a new key to replace it',
  'key.save': 'Save key',
  'key.remove': 'Remove key',
  'key.removeTitle': 'Remove the API key?',
  'key.removeText': 'CivitDock forgets the key. Files that need it cannot be downloaded until you set one again.',
  'key.test': 'Test key',
  'key.testing': 'Testing …',
  'key.works': 'The key works. Signed in as {name}.',
  'key.page': 'Get a key on CivitAI',
  'key.saved': 'API key saved',
  'key.removed': 'API key removed',
  'help.title': 'Keyboard',
  'help.open': 'Keyboard shortcuts',
  'help.search': 'Search',
  'help.move': 'Move between cards',
  'help.details': 'Open details',
  'help.download': 'Download',
  'help.options': 'Download with options',
  'help.queue': 'Earlier, later in the queue (Downloads)',
  'help.copyLink': 'Copy the link',
  'help.reveal': 'Show or hide a blurred picture',
  'help.version': 'Previous, next version',
  'help.browseModels': 'Previous, next model or picture',
  'help.escape': 'Close what is on top',
  'help.views': 'Go to Browse, Library, Downloads, Settings',
  'help.density': 'Larger, smaller cards',
  'help.run': 'Run the search',
  'help.help': 'This list',
};

/** @type {Record<string, Record<string, string>>} */
const CATALOGUES = { en: EN };

let language = 'en';
let plurals = new Intl.PluralRules('en');

/**
 * @param {string} wanted a language tag; an unknown one leaves English
 */
export function setLanguage(wanted) {
  language = wanted in CATALOGUES ? wanted : 'en';
  plurals = new Intl.PluralRules(language);
}

/**
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 * @returns {string} the key itself when there is no such text
 */
export function t(key, values = {}) {
  const text = lookUp(key, values.n);
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

/**
 * @param {string} key
 * @param {string|number|undefined} n
 */
function lookUp(key, n) {
  const catalogue = CATALOGUES[language];
  const keys = typeof n === 'number' ? [`${key}.${plurals.select(n)}`, `${key}.other`, key] : [key];
  for (const name of keys) {
    const text = catalogue[name] ?? EN[name];
    if (text !== undefined) return text;
  }
  return key;
}

/**
 * @param {string} key
 * @returns {boolean}
 */
export function hasText(key) {
  return key in EN;
}

/**
 * Our words for a value of CivitAI, where we have some; else the value.
 * @param {'type'|'period'|'level'|string} group
 * @param {string} value
 * @returns {string}
 */
export function term(group, value) {
  return hasText(`${group}.${value}`) ? t(`${group}.${value}`) : value;
}
