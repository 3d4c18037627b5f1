/** What the server says about moving and deleting files, in German, by its English words; see `servertext.mjs`. */

export const SERVER_FILING = {
  'CivitDock ended before it came to this file.': 'CivitDock wurde beendet, bevor diese Datei an der Reihe war.',
  'The file lies where it was. Do the same again for what is left, or undo the rest.':
    'Die Datei liegt, wo sie war. Für das Übrige noch einmal dasselbe tun oder den Rest rückgängig machen.',
  'Check that drive.': 'Dieses Laufwerk prüfen.',
  'It may be open in the WebUI or another program, or its folder may be read-only.':
    'Sie ist vielleicht im WebUI oder einem anderen Programm geöffnet, oder ihr Ordner ist schreibgeschützt.',
  'Look at the folder, then try again.': 'In den Ordner sehen, dann noch einmal versuchen.',
  'The drive of {1} did not keep what was written.': 'Das Laufwerk von {1} hat nicht behalten, was geschrieben wurde.',
  'Try again when nobody writes to it.': 'Noch einmal versuchen, wenn niemand hineinschreibt.',
  '{1} cannot be moved or removed ({2}).': '{1} lässt sich nicht verschieben oder entfernen ({2}).',
  '{1} has changed meanwhile.': '{1} hat sich inzwischen geändert.',
  '{1} has changed since.': '{1} hat sich seitdem geändert.',
  '{1} is no name that this system takes.': '{1} ist kein Name, den dieses System nimmt.',
  'The folder template names {1}, which nobody knows of this file.':
    'Die Ordnervorlage nennt {1}, was bei dieser Datei niemand weiß.',
  'Sync again to find it.': 'Neu synchronisieren, um sie zu finden.',
  'Sync it, then try again.': 'Synchronisieren, dann noch einmal versuchen.',
  'A download works on {1} at the moment.': 'Ein Download arbeitet gerade an {1}.',
  'There is not enough free space for {1} on the drive of {2}.':
    'Für {1} ist auf dem Laufwerk von {2} nicht genug Platz frei.',
  'Its former content stays in the trash. Undo again once the name is free.':
    'Der frühere Inhalt bleibt im Papierkorb. Noch einmal rückgängig machen, sobald der Name frei ist.',
  'Try again when that has ended.': 'Noch einmal versuchen, wenn das zu Ende ist.',
  'It is a link to a file elsewhere, which stays where it is.':
    'Es ist ein Verweis auf eine Datei anderswo und bleibt, wo er ist.',
  'Move it by hand.': 'Von Hand verschieben.',
  'Another model in {1} is called {2} too.': 'Ein anderes Modell in {1} heißt auch {2}.',
  '{1} is no folder.': '{1} ist kein Ordner.',
  'A link leads out of the model folder there.': 'Dort führt ein Verweis aus dem Modellordner hinaus.',
  'The same file lies there already: it is a duplicate.': 'Dieselbe Datei liegt dort schon: ein Duplikat.',
  'Another CivitDock moves files at the moment.': 'Ein anderes CivitDock verschiebt gerade Dateien.',
  'Try again when it has ended.': 'Noch einmal versuchen, wenn es fertig ist.',
  'Look at its state in the list.': 'In der Liste nach dem Stand sehen.',
  'The trash in {1} is a link to another folder.': 'Der Papierkorb in {1} ist ein Verweis auf einen anderen Ordner.',
  'Remove the link by hand.': 'Den Verweis von Hand entfernen.',
  'Look at its state.': 'Nach dem Stand sehen.',
  'There is no such operation.': 'Einen solchen Vorgang gibt es nicht.',
  'There is nothing of this operation in the trash.': 'Von diesem Vorgang liegt nichts im Papierkorb.',
  'This operation cannot be undone now.': 'Dieser Vorgang lässt sich jetzt nicht rückgängig machen.',
  '{1} is being worked on at the moment.': 'An {1} wird gerade gearbeitet.',
  'This WebUI is reachable from the network and lets nobody move or delete files.':
    'Dieses WebUI ist aus dem Netzwerk erreichbar und lässt niemanden Dateien verschieben oder löschen.',
};
