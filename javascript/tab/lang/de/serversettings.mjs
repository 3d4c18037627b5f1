/** What the server says of its settings, in German, by its English words; see `servertext.mjs`. */

export const SERVER_SETTINGS = {
  'CivitAI API key': 'CivitAI-API-Schlüssel',
  'From your CivitAI account settings. Stored encrypted; never shown again, never sent to anybody but CivitAI.':
    'Aus den Kontoeinstellungen bei CivitAI. Verschlüsselt gespeichert; wird nie wieder gezeigt und nur an CivitAI gesendet.',
  'Language of the tab': 'Sprache des Tabs',
  "auto: that of the WebUI's localisation where one is set, else that of the browser; English where CivitDock does not speak it.":
    'Automatisch: die der WebUI-Lokalisierung, wo eine gesetzt ist, sonst die des Browsers; Englisch, wo CivitDock sie nicht spricht.',
  'Sync metadata at start': 'Metadaten beim Start synchronisieren',
  'A few seconds after the start, look up models that CivitDock does not know yet.':
    'Ein paar Sekunden nach dem Start Modelle nachschlagen, die CivitDock noch nicht kennt.',
  'Download preview pictures': 'Vorschaubilder herunterladen',
  'Put a preview picture beside a model that has none.':
    'Ein Vorschaubild neben jedes Modell legen, das noch keines hat.',
  'Highest NSFW level': 'Höchste NSFW-Stufe',
  'Nothing above this level is fetched or shown: None (PG), Soft (PG-13), Mature (R), X (everything).':
    'Nichts über dieser Stufe wird geladen oder gezeigt.',
  'Blur above NSFW level': 'Weichzeichnen über NSFW-Stufe',
  'Pictures that are admitted but above this level are blurred until you reveal them.':
    'Zugelassene Bilder über dieser Stufe sind unscharf, bis man sie aufdeckt.',
  "Buttons on the WebUI's own cards": 'Knöpfe auf den Karten des WebUI',
  "Trigger words, details, CivitAI's page, updates and other previews, on its cards in txt2img and img2img.":
    'Trigger-Wörter, Details, CivitAI-Seite, Updates und andere Vorschauen, auf den Karten in txt2img und img2img.',
  "Blur pictures on the WebUI's own cards": 'Bilder auf den Karten des WebUI weichzeichnen',
  'Previews above the level of Blur above NSFW level are blurred on the cards of txt2img and img2img too.':
    'Vorschauen über der Stufe, ab der weichgezeichnet wird, sind auch auf den Karten von txt2img und img2img unscharf.',
  'Keep answers for hours': 'Antworten aufheben (Stunden)',
  'How long an answer of CivitAI is used again without asking. 0 asks every time.':
    'Wie lange eine Antwort von CivitAI ohne neue Anfrage wiederverwendet wird. 0 fragt jedes Mal.',
  'Parallel downloads': 'Gleichzeitige Downloads',
  'How many files are transferred at the same time.': 'Wie viele Dateien zugleich übertragen werden.',
  'Connections per download': 'Verbindungen pro Download',
  'At most this many connections for one file. Fewer are used where the server objects or they bring nothing.':
    'Höchstens so viele Verbindungen für eine Datei. Weniger sind es, wo der Server es nicht will oder es nichts bringt.',
  'Bandwidth limit (KiB/s)': 'Bandbreitenlimit (KiB/s)',
  'For all downloads together. 0 means no limit.': 'Für alle Downloads zusammen. 0 heißt kein Limit.',
  'Bandwidth limit while generating (KiB/s)': 'Bandbreitenlimit beim Generieren (KiB/s)',
  'For all downloads together while the WebUI generates pictures. 0 means no other limit than usual.':
    'Für alle Downloads zusammen, während das WebUI Bilder generiert. 0 heißt kein anderes Limit als sonst.',
  'Sub-folder templates': 'Vorlagen für Unterordner',
  'One per line, as Type = template, for example: LORA = {base_model}/{creator|Unknown}. * stands for every type without a line of its own, a text behind a bar for where nothing is known. Words: {type} {base_model} {creator} {model} {version} {tag} {model_id} {version_id} {nsfw} {year} {month} {file_format}. Empty: no sub-folders.':
    'Eine pro Zeile, als Typ = Vorlage, zum Beispiel: LORA = {base_model}/{creator|Unbekannt}. * steht für jeden Typ ohne eigene Zeile, ein Text hinter einem Strich für das, was nicht bekannt ist. Wörter: {type} {base_model} {creator} {model} {version} {tag} {model_id} {version_id} {nsfw} {year} {month} {file_format}. Leer: keine Unterordner.',
  'Preview width (pixels)': 'Breite der Vorschau (Pixel)',
  'Previews are fetched at about this width and never stored wider.':
    'Vorschaubilder werden ungefähr in dieser Breite geladen und nie breiter gespeichert.',
  'Preview file format': 'Dateiformat der Vorschau',
  'The format of the preview pictures that CivitDock writes.': 'Das Format der Vorschaubilder, die CivitDock schreibt.',
  'Also write for other tools': 'Auch für andere Programme schreiben',
  "Besides the WebUI's own metadata file, write .civitai.info as Civitai Helper reads it.":
    'Neben der Metadatendatei des WebUI auch .civitai.info schreiben, wie Civitai Helper sie liest.',
  'Also compute BLAKE3': 'Auch BLAKE3 berechnen',
  'While a file is read for its SHA256, compute its BLAKE3 too.':
    'Wenn eine Datei für ihren SHA256 gelesen wird, auch ihren BLAKE3 berechnen.',
  'Also compute CRC32': 'Auch CRC32 berechnen',
  'While a file is read for its SHA256, compute its CRC32 too.':
    'Wenn eine Datei für ihren SHA256 gelesen wird, auch ihren CRC32 berechnen.',
  'Pause downloads while generating': 'Downloads beim Generieren anhalten',
  'Downloads wait while the WebUI generates pictures. A sync always does.':
    'Downloads warten, während das WebUI Bilder generiert. Eine Synchronisierung tut das immer.',
  'Allowed host names': 'Erlaubte Hostnamen',
  'Names under which this page may be called besides its address, separated by commas.':
    'Namen, unter denen diese Seite außer unter seiner Adresse aufgerufen werden darf, durch Kommas getrennt.',
  'Further download hosts': 'Weitere Download-Hosts',
  'Exact host names that CivitAI may send downloads to besides the known ones, separated by commas.':
    'Genaue Hostnamen, zu denen CivitAI Downloads außer zu den bekannten leiten darf, durch Kommas getrennt.',
  'API address': 'API-Adresse',
  'Must be a CivitAI address (civitai.com, .red, .green) or one on this machine.':
    'Muss eine Adresse von CivitAI (civitai.com, .red, .green) oder eine auf diesem Rechner sein.',
  'Page address': 'Seitenadresse',
  'Where Open on CivitAI leads, for example https://civitai.red.':
    'Wohin „Auf CivitAI öffnen“ führt, zum Beispiel https://civitai.red.',
  Proxy: 'Proxy',
  'For example http://127.0.0.1:8080. Empty: the proxy of the environment, if there is one. A proxy with a password belongs into the environment variable CIVITAI_PROXY.':
    'Zum Beispiel http://127.0.0.1:8080. Leer: der Proxy der Umgebung, falls es einen gibt. Ein Proxy mit Passwort gehört in die Umgebungsvariable CIVITAI_PROXY.',
  'CA certificate file': 'CA-Zertifikatsdatei',
  'A PEM file with the certificates to trust besides the usual ones, for company proxies.':
    'Eine PEM-Datei mit Zertifikaten, denen außer den üblichen zu trauen ist, für Firmen-Proxys.',
  '{1}: {2} is not of type {3}.': '{1}: {2} ist nicht vom Typ {3}.',
  '{1}: choose one of {2}.': '{1}: eines von {2} wählen.',
  '{1}: must lie between {2} and {3}.': '{1}: muss zwischen {2} und {3} liegen.',
  '{1}: must not be longer than {2} characters.': '{1}: darf nicht länger als {2} Zeichen sein.',
  '{1}: must not contain control characters.': '{1}: darf keine Steuerzeichen enthalten.',
  '{1}: there is no such setting.': '{1}: Eine solche Einstellung gibt es nicht.',
  '{1}: the environment variable {2} decides this.': '{1}: Das bestimmt die Umgebungsvariable {2}.',
  '{1}: an address with a password would be stored readably; put it into the environment variable instead.':
    '{1}: Eine Adresse mit Passwort würde lesbar gespeichert; sie gehört in die Umgebungsvariable.',
  '{1}: must be an address such as http://127.0.0.1:8080.': '{1}: muss eine Adresse wie http://127.0.0.1:8080 sein.',
  '{1}: there is no such file.': '{1}: Diese Datei gibt es nicht.',
  '{1}: this file cannot be read, or holds no certificates in PEM form.':
    '{1}: Diese Datei lässt sich nicht lesen oder enthält keine Zertifikate in PEM-Form.',
  'Send one JSON object; docs/routes.md has an example for each route.':
    'Ein JSON-Objekt senden; docs/routes.md hat für jede Route ein Beispiel.',
  '{1}: must be a CivitAI address, or one of this machine.':
    '{1}: muss eine Adresse von CivitAI oder eine dieses Rechners sein.',
  '{1}: {2} is no exact host name, such as files.example.org.':
    '{1}: {2} ist kein genauer Hostname wie files.example.org.',
  'must be a CivitAI address, or one of this machine.': 'muss eine Adresse von CivitAI oder eine dieses Rechners sein.',
  'an address with a password would be stored readably; put it into the environment variable instead.':
    'eine Adresse mit Passwort würde lesbar gespeichert; sie gehört in die Umgebungsvariable.',
  '{1} is no exact host name, such as files.example.org.': '{1} ist kein genauer Hostname wie files.example.org.',
  'Decided at the start, by {1} or on the command line.':
    'Beim Start entschieden, durch {1} oder auf der Kommandozeile.',
  'The stored value is not used: {1}': 'Der gespeicherte Wert wird nicht benutzt: {1}',
  'Not used as it is stored: {1}': 'So, wie es gespeichert ist, wird es nicht benutzt: {1}',
  'No API key is set, so there is nothing to test.': 'Kein API-Schlüssel ist gesetzt, also gibt es nichts zu prüfen.',
  'The WebUI was started with hidden folder settings.':
    'Das WebUI wurde mit verborgenen Ordnereinstellungen gestartet.',
  'The WebUI was started with frozen settings.': 'Das WebUI wurde mit eingefrorenen Einstellungen gestartet.',
  'The package cryptography is missing, so the key is kept for this run only.':
    'Das Paket cryptography fehlt, darum wird der Schlüssel nur bis zum nächsten Neustart behalten.',
  'The stored key was encrypted elsewhere and cannot be read here. Paste it again.':
    'Der gespeicherte Schlüssel wurde anderswo verschlüsselt und ist hier nicht lesbar. Bitte neu einfügen.',
  "The user's config folder cannot be written, so the key is kept for this run only.":
    'Der Konfigurationsordner ist nicht beschreibbar, darum wird der Schlüssel nur bis zum nächsten Neustart behalten.',
  'The key comes from the environment variable {1}.': 'Der Schlüssel kommt aus der Umgebungsvariable {1}.',
  'The setting civitai_folder_templates, {1} The line was ignored.':
    'Die Einstellung civitai_folder_templates, {1} Die Zeile wurde übergangen.',
  'line {1}: {2}': 'Zeile {1}: {2}',
  '{1} is not of the form Type = template.': '{1} hat nicht die Form Typ = Vorlage.',
  '{1} is no model type; one is {2} or such, and * stands for all.':
    '{1} ist kein Modelltyp; einer ist etwa {2}, und * steht für alle.',
  '{1} is no word of a template; use {2}.': '{1} ist kein Wort einer Vorlage; es gibt {2}.',
  'a brace in {1} stands alone.': 'Eine Klammer in {1} steht allein.',
  'Hidden creators': 'Ausgeblendete Ersteller',
  'Names of creators whose models no search shows, separated by commas. A search for one of them still does.':
    'Namen von Erstellern, deren Modelle keine Suche zeigt, mit Kommas getrennt. Eine Suche nach einem von ihnen zeigt sie doch.',
  'Load more while scrolling': 'Beim Scrollen nachladen',
  'The next page of search results comes by itself near the end of the list. Off: a Load more button.':
    'Die nächste Seite der Ergebnisse kommt nahe dem Ende der Liste von selbst. Aus: eine Schaltfläche „Mehr laden“.',
  'Pictures in the tab come': 'Woher Bilder kommen',
  "direct: your browser asks CivitAI's picture hosts. local: this program fetches them and keeps them on disk, so that the browser asks nobody else.":
    'Von CivitAI: Der Browser fragt dessen Bild-Hosts. Durch dieses Programm: Es lädt sie und behält sie auf der Festplatte, sodass der Browser niemanden sonst fragt.',
  'Picture cache (MiB)': 'Bild-Cache (MiB)',
  'How much disk the pictures that come through this program may take. Those used longest ago go first. 0 keeps none.':
    'Wie viel Platz die Bilder belegen dürfen, die durch dieses Programm kommen. Die am längsten nicht benutzten gehen zuerst. 0 behält keine.',
};
