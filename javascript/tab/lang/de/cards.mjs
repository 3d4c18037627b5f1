/** The German words on the host's own model cards; see `strings.mjs`. */

export const CARDS = /** @type {const} */ ({
  'hostcard.more': 'CivitAI-Aktionen für {name}',
  'hostcard.update': '{name}: Update {step}. In CivitDock zeigen',
  'hostcard.prompt': 'Trigger-Wörter von {name} in den Prompt setzen',
  'hostcard.details': '{name} in CivitDock zeigen',
  'hostcard.page': '{name} auf CivitAI öffnen',
  'hostcard.preview': 'Andere Vorschau für {name} wählen',
  'hostcard.reveal': 'Bild von {name} zeigen',
  'hostcard.cover': 'Bild von {name} wieder verdecken',
  'hostcard.coverShort': 'Verdecken',
  'hostcard.noWords': 'Diese Datei hat keine Trigger-Wörter',
  'hostcard.noPictures': 'CivitAI zeigt von dieser Version kein Bild bis zur eingestellten NSFW-Stufe.',
  'hostcard.previewTitle': 'Vorschau von {name}',
  'hostcard.choose': 'Bild {n} von {of} nehmen',
  'hostcard.uncover': 'Bild {n} von {of} zeigen',
  'hostcard.previewWorking': 'Die Vorschau wird ersetzt …',
  'hostcard.previewDone': 'Neue Vorschau für {name}',
  'hostcard.previewBack': 'Die Vorschau von {name} ist wieder wie vorher',
});
