/** The English words on the host's own model cards; see `strings.mjs`. */

export const CARDS = /** @type {const} */ ({
  'hostcard.more': 'CivitAI actions for {name}',
  'hostcard.update': '{name}: update {step}. Show it in CivitDock',
  'hostcard.prompt': 'Put the trigger words of {name} into the prompt',
  'hostcard.details': 'Show {name} in CivitDock',
  'hostcard.page': 'Open {name} on CivitAI',
  'hostcard.preview': 'Choose another preview for {name}',
  'hostcard.reveal': 'Show the picture of {name}',
  'hostcard.cover': 'Cover the picture of {name} again',
  'hostcard.coverShort': 'Cover',
  'hostcard.noWords': 'This file has no trigger words',
  'hostcard.noPictures': 'CivitAI shows no picture of this version within your NSFW level.',
  'hostcard.previewTitle': 'Preview of {name}',
  'hostcard.choose': 'Take picture {n} of {of}',
  'hostcard.uncover': 'Show picture {n} of {of}',
  'hostcard.previewWorking': 'The preview is being replaced…',
  'hostcard.previewDone': 'New preview for {name}',
  'hostcard.previewBack': 'The preview of {name} is as it was before',
});
