/** What the server says in particular cases, in German, by its English words; see `servertext.mjs`. */

export const SERVER_MESSAGES = {
  // CivitAI
  'CivitAI refuses the request (status {1}{2}).': 'CivitAI lehnt die Anfrage ab (Status {1}{2}).',
  'CivitAI answered with a web page (status {1}).': 'CivitAI hat mit einer Webseite geantwortet (Status {1}).',
  'CivitAI has trouble (status {1}{2}).': 'CivitAI ist gestört (Status {1}{2}).',
  'CivitAI does not accept the request{1}.': 'CivitAI nimmt die Anfrage nicht an{1}.',
  "CivitAI's answer is nested too deeply.": 'Die Antwort von CivitAI ist zu tief verschachtelt.',
  'CivitAI sent {1}.': 'CivitAI sandte {1}.',
  'an empty answer': 'eine leere Antwort',
  'an answer that breaks off or is not JSON': 'eine Antwort, die abbricht oder kein JSON ist',
  'CivitAI wants an API key for this.': 'CivitAI verlangt dafür einen API-Schlüssel.',
  'Check filters, sort and cursor.': 'Filter, Sortierung und Stelle prüfen.',
  "CivitAI's answer is no list.": 'Die Antwort von CivitAI ist keine Liste.',
  'This is no hash of a model file.': 'Das ist kein Hash einer Modelldatei.',
  "CivitAI's answer is no model.": 'Die Antwort von CivitAI ist kein Modell.',
  "CivitAI's answer is no version.": 'Die Antwort von CivitAI ist keine Version.',
  "CivitAI's answer to a look-up by hashes is no list.":
    'Die Antwort von CivitAI auf das Nachschlagen von Hashes ist keine Liste.',
  "CivitAI's lists of types and base models are empty.": 'Die Listen der Typen und Basismodelle von CivitAI sind leer.',
  'CivitAI does not say whose key this is.': 'CivitAI sagt nicht, wem dieser Schlüssel gehört.',
  "The proxy's address cannot be used.": 'Die Adresse des Proxys ist unbrauchbar.',
  'Correct or empty the setting civitai_proxy, or the proxy variables of the environment.':
    'Die Einstellung „Proxy“ oder die Proxy-Variablen der Umgebung berichtigen oder leeren.',
  'The CA certificate file cannot be used.': 'Die CA-Zertifikatsdatei ist unbrauchbar.',
  'Correct or empty the setting civitai_ca_file ({1}).':
    'Die Einstellung „CA-Zertifikatsdatei“ berichtigen oder leeren ({1}).',
  "CivitAI's answer could not be read.": 'Die Antwort von CivitAI war nicht lesbar.',
  "CivitAI's answer leads round in circles.": 'Die Antwort von CivitAI führt im Kreis.',
  "CivitAI's answer broke off.": 'Die Antwort von CivitAI brach ab.',
  "CivitAI's answer leads to another site ({1}).": 'Die Antwort von CivitAI führt zu einer anderen Seite ({1}).',
  'The proxy does not answer.': 'Der Proxy antwortet nicht.',
  'No secure connection to CivitAI could be made.': 'Eine sichere Verbindung zu CivitAI kam nicht zustande.',
  'CivitAI did not answer in time.': 'CivitAI hat nicht rechtzeitig geantwortet.',
  'CivitAI broke off its answer.': 'CivitAI hat seine Antwort abgebrochen.',
  'Check the setting civitai_proxy and the environment.': 'Die Einstellung „Proxy“ und die Umgebung prüfen.',
  "Behind a company proxy, set civitai_ca_file to its certificate. Also check this machine's clock.":
    'Hinter einem Firmen-Proxy bei „CA-Zertifikatsdatei“ dessen Zertifikat eintragen. Auch die Uhr dieses Rechners prüfen.',
  'No connection can be made: {1}.': 'Keine Verbindung möglich: {1}.',
  'CivitAI answers too slowly.': 'CivitAI antwortet zu langsam.',
  "CivitAI's answer is larger than {1} MiB.": 'Die Antwort von CivitAI ist größer als {1} MiB.',
  'CivitAI answered with status {1}.': 'CivitAI hat mit Status {1} geantwortet.',
  'CivitAI answered the download with status {1}.': 'CivitAI hat auf den Download mit Status {1} geantwortet.',
  'CivitAI refuses this download for your address or account.':
    'CivitAI verweigert diesen Download für diese Adresse oder dieses Konto.',
  "Open the model's page in a browser; if it works there, check the API key and the proxy setting.":
    'Die Seite des Modells im Browser öffnen; geht es dort, API-Schlüssel und Proxy-Einstellung prüfen.',
  'CivitAI has no such file, or its storage has lost it for the moment.':
    'CivitAI hat diese Datei nicht, oder sein Speicher hat sie im Augenblick verloren.',
  'Your CivitAI account may not download this file.': 'Das CivitAI-Konto darf diese Datei nicht herunterladen.',
  "Look at the model's page on CivitAI: it may be for sale or for invited users only.":
    'Auf der CivitAI-Seite des Modells nachsehen: Vielleicht ist es nur zu kaufen oder nur für Eingeladene.',
  'CivitAI knows no creator {1}.': 'CivitAI kennt keinen Ersteller {1}.',
  'Check how the name is spelled.': 'Die Schreibweise des Namens prüfen.',
  'This version is in early access until {1}.': 'Diese Version ist bis {1} im Early Access.',
  'This model is in early access until {1}.': 'Dieses Modell ist bis {1} im Early Access.',
  'This model has no version that could be downloaded.':
    'Dieses Modell hat keine Version, die sich herunterladen lässt.',
  'The creator has switched off downloads of this model.': 'Der Ersteller hat Downloads dieses Modells abgeschaltet.',
  'Look at its page on CivitAI.': 'Auf seiner CivitAI-Seite nachsehen.',
  'This version has no file that could be downloaded.': 'Diese Version hat keine Datei, die sich herunterladen lässt.',
  'This address names no model of CivitAI.': 'Diese Adresse nennt kein Modell von CivitAI.',
  "Paste a model's or a file's link.": 'Den Link eines Modells oder einer Datei einfügen.',
  'This names no model, version or file of CivitAI.': 'Das nennt weder Modell noch Version noch Datei von CivitAI.',
  'Give a link to a model or a download, an AIR, a version id, civitai:MODEL@VERSION or a hash.':
    'Einen Link zu einem Modell oder Download angeben, eine AIR, eine Versions-ID, civitai:MODELL@VERSION oder einen Hash.',
  // Transfers
  'The file is a web page, not a model.': 'Die Datei ist eine Webseite, kein Modell.',
  'An XML message came instead of the file.': 'Statt der Datei kam eine XML-Meldung.',
  'A JSON message came instead of the file.': 'Statt der Datei kam eine JSON-Meldung.',
  'A web page came instead of the file.': 'Statt der Datei kam eine Webseite.',
  'The download was sent in circles, last to {1}.': 'Der Download wurde im Kreis geleitet, zuletzt zu {1}.',
  'Try again later; if it stays, report it to CivitAI.':
    'Später noch einmal versuchen; bleibt es so, es CivitAI melden.',
  'CivitAI sent the download to an address that cannot be read.':
    'CivitAI leitete den Download zu einer unlesbaren Adresse.',
  'CivitAI sent the download to an address without a host.': 'CivitAI leitete den Download zu einer Adresse ohne Host.',
  'CivitAI sent the download to an address that cannot be used, at {1}.':
    'CivitAI leitete den Download zu einer unbrauchbaren Adresse bei {1}.',
  'CivitAI sent the download to {1} without encryption.': 'CivitAI leitete den Download unverschlüsselt zu {1}.',
  'CivitAI sent the download to {1}, which CivitDock does not know.':
    'CivitAI leitete den Download zu {1}; diesen Host kennt CivitDock nicht.',
  'Nothing was fetched. Try again later; if it stays, report it to CivitAI.':
    'Nichts wurde geladen. Später noch einmal versuchen; bleibt es so, es CivitAI melden.',
  '{1} does not answer in time.': '{1} antwortet nicht rechtzeitig.',
  'No secure connection to {1} could be made.': 'Eine sichere Verbindung zu {1} kam nicht zustande.',
  '{1} cannot be asked ({2}).': '{1} lässt sich nicht anfragen ({2}).',
  'Check the proxy setting; behind a company proxy, set civitai_ca_file to its certificate.':
    'Die Proxy-Einstellung prüfen; hinter einem Firmen-Proxy bei „CA-Zertifikatsdatei“ dessen Zertifikat eintragen.',
  '{1} broke the connection off.': '{1} hat die Verbindung abgebrochen.',
  'No connection to {1}.': 'Keine Verbindung zu {1}.',
  '{1} leads to the address {2}, which is not a public one.': '{1} führt zur Adresse {2}, die keine öffentliche ist.',
  "Nothing was fetched. Check the network's DNS; a download never goes to a private address.":
    'Nichts wurde geladen. Das DNS des Netzwerks prüfen; ein Download geht nie an eine private Adresse.',
  'The name {1} cannot be found in the network.': 'Der Name {1} ist im Netzwerk nicht zu finden.',
  'An empty file came.': 'Es kam eine leere Datei.',
  'The storage sent the file packed as {1}, although that was declined.':
    'Der Speicher sandte die Datei als {1} gepackt, obwohl das abgelehnt war.',
  '{1} are needed in {2}, and {3} are free{4}.': '{1} werden in {2} gebraucht, und {3} sind frei{4}.',
  'Nobody said how large the file is, so it cannot be known whether it is complete.':
    'Niemand hat gesagt, wie groß die Datei ist; ob sie vollständig ist, lässt sich darum nicht wissen.',
  'The storage answers the request for the rest of the file with nonsense.':
    'Der Speicher antwortet auf die Frage nach dem Rest der Datei mit Unsinn.',
  'The storage refuses the address that CivitAI gave for the file.':
    'Der Speicher lehnt die Adresse ab, die CivitAI für die Datei gab.',
  'The storage sent more bytes than it announced.': 'Der Speicher sandte mehr Bytes als angekündigt.',
  'Another program is fetching this very file.': 'Ein anderes Programm lädt gerade dieselbe Datei.',
  'The storage has stopped sending.': 'Der Speicher sendet nicht mehr.',
  '{1} was replaced by something else while it was written.':
    '{1} wurde durch etwas anderes ersetzt, während es geschrieben wurde.',
  "The file's {1} is {2}, CivitAI says {3}.": '{1} der Datei ist {2}, CivitAI sagt {3}.',
  'CivitAI gives no hash for this file, so only its size and form could be checked.':
    'CivitAI nennt für diese Datei keinen Hash; nur Größe und Form ließen sich prüfen.',
  "CivitAI's scan found something dangerous in this file.":
    'Die Prüfung von CivitAI fand in dieser Datei etwas Gefährliches.',
  'This file can run code when it is loaded, and CivitAI has no clean scan of it.':
    'Diese Datei kann beim Laden Programme ausführen, und CivitAI hat sie nicht für sauber befunden.',
  'This file can run code when it is loaded: {1}.': 'Diese Datei kann beim Laden Programme ausführen: {1}.',
  'a part that is no sound pickle': 'ein Teil, der kein heiles Pickle ist',
  'it could not be examined ({1})': 'sie ließ sich nicht untersuchen ({1})',
  'This file can run code when it is loaded, and picklescan is not installed to look into it.':
    'Diese Datei kann beim Laden Programme ausführen, und picklescan, das hineinsehen würde, ist nicht installiert.',
  'Prefer a .safetensors file, or restart the WebUI so that CivitDock can install picklescan.':
    'Besser eine .safetensors-Datei nehmen oder das WebUI neu starten, damit CivitDock picklescan installieren kann.',
  'The package picklescan, which looks into pickle files, is not installed.':
    'Das Paket picklescan, das in Pickle-Dateien hineinsieht, ist nicht installiert.',
  // Downloads
  'A download that is {1} cannot become {2}.': 'Ein Download, der {1} ist, kann nicht {2} werden.',
  'A download that is {1} has no place in the queue.':
    'Ein Download, der {1} ist, hat keinen Platz in der Warteschlange.',
  'A download that is {1} cannot be resumed.': 'Ein Download, der {1} ist, lässt sich nicht fortsetzen.',
  'A download that is {1} cannot be retried.': 'Ein Download, der {1} ist, lässt sich nicht noch einmal versuchen.',
  'A download that is {1} has no priority.': 'Ein Download, der {1} ist, hat keine Priorität.',
  queued: 'eingereiht',
  resolving: 'in Ermittlung',
  downloading: 'in Übertragung',
  verifying: 'in Prüfung',
  moving: 'in Ablage',
  done: 'fertig',
  paused: 'angehalten',
  failed: 'fehlgeschlagen',
  cancelled: 'abgebrochen',
  'The download is paused already.': 'Der Download ist schon angehalten.',
  'The download is cancelled already.': 'Der Download ist schon abgebrochen.',
  'Another download already fetches this file.': 'Ein anderer Download lädt diese Datei schon.',
  'Another CivitDock that uses the same data folder runs this download.':
    'Ein anderes CivitDock mit demselben Datenordner führt diesen Download aus.',
  'Another CivitDock that uses the same data folder runs this queue.':
    'Ein anderes CivitDock mit demselben Datenordner führt diese Warteschlange aus.',
  'Steer the download there, or close the other program.':
    'Den Download dort steuern oder das andere Programm schließen.',
  'There is no download with this id.': 'Einen Download mit dieser ID gibt es nicht.',
  'Look at the list of downloads.': 'In der Liste der Downloads nachsehen.',
  'Waits until the WebUI has finished generating.': 'Wartet, bis das WebUI fertig generiert hat.',
  'Waiting until the picture is finished.': 'Wartet, bis das Bild fertig ist.',
  'filename: must be a plain name without separators.': 'Dateiname: muss ein einfacher Name ohne Trennzeichen sein.',
  'The WebUI may not list a file with this ending.':
    'Eine Datei mit dieser Endung führt das WebUI vielleicht nicht auf.',
  'This WebUI has no folder for models of type {1}.': 'Dieses WebUI hat keinen Ordner für Modelle vom Typ {1}.',
  'Set a folder for this type in the WebUI, then try again.':
    'Im WebUI einen Ordner für diesen Typ setzen, dann noch einmal versuchen.',
  'folder: this folder is not inside a model folder of that type.':
    'Ordner: Dieser Ordner liegt nicht in einem Modellordner dieses Typs.',
  'folder: {1} cannot be used as a folder name.': 'Ordner: {1} ist als Ordnername unbrauchbar.',
  'folder: a link leads out of the model folder.': 'Ordner: Eine Verknüpfung führt aus dem Modellordner hinaus.',
  "Choose another folder, or add the linked one to the WebUI's own model folders.":
    'Einen anderen Ordner wählen oder den verknüpften zu den Modellordnern des WebUI hinzufügen.',
  '{1} in {2} is taken by another file.': '{1} in {2} ist durch eine andere Datei belegt.',
  '{1} exists in {2}.': '{1} gibt es in {2} schon.',
  '{1} cannot be written in {2} ({3}).': '{1} lässt sich in {2} nicht schreiben ({3}).',
  'There is no space left on the drive of {1}.': 'Auf dem Laufwerk von {1} ist kein Platz mehr.',
  'There is no space left for {1}.': 'Für {1} ist kein Platz mehr.',
  'The drive of {1} cannot hold a file as large as this one.':
    'Das Laufwerk von {1} kann keine so große Datei aufnehmen.',
  'The folder {1} has gone.': 'Der Ordner {1} ist verschwunden.',
  "{1} in CivitDock's data folder cannot be written.": '{1} im Datenordner von CivitDock ist nicht beschreibbar.',
  'The preview: {1}': 'Die Vorschau: {1}',
  'The metadata file: {1}': 'Die Metadatendatei: {1}',
  'The library entry: {1}': 'Der Eintrag in der Bibliothek: {1}',
  "The WebUI's lists: {1}": 'Die Listen des WebUI: {1}',
  'It could not be completed; the log says why.': 'Es ließ sich nicht abschließen; warum, steht im Protokoll.',
  // Archives
  'The archive is broken; the file itself is as CivitAI has it.':
    'Das Archiv ist kaputt; die Datei selbst ist so, wie CivitAI sie hat.',
  '{1} is packed in a way that CivitDock does not unpack.':
    '{1} ist auf eine Art gepackt, die CivitDock nicht entpackt.',
  'The archive unpacks to far more than its size can hold.':
    'Das Archiv wird beim Entpacken viel größer, als es zu seiner Größe passt.',
  "The archive's list of members is larger than any honest one.":
    'Das Inhaltsverzeichnis des Archivs ist größer als jedes ehrliche.',
  '{1} in the archive is broken.': '{1} im Archiv ist kaputt.',
  'a link or device, not a file.': 'eine Verknüpfung oder ein Gerät, keine Datei.',
  'it has no name.': 'es hat keinen Namen.',
  'a system file of the machine on which the archive was made.':
    'eine Systemdatei des Rechners, auf dem das Archiv gemacht wurde.',
  'another file or folder of the archive has the same name.':
    'eine andere Datei oder ein Ordner des Archivs heißt ebenso.',
  '{1} And {2} more.': '{1} Und {2} weitere.',
  'The archive has {1} members; {2} are the limit.': 'Das Archiv hat {1} Einträge; {2} sind die Grenze.',
  'The archive of {1} bytes would become {2} bytes.': 'Aus dem Archiv von {1} Bytes würden {2} Bytes.',
  'The archive holds nothing that could be unpacked.': 'Das Archiv enthält nichts, was sich entpacken ließe.',
  'The archive has a member that leads out of its folder: {1}.':
    'Das Archiv hat einen Eintrag, der aus seinem Ordner hinausführt: {1}.',
  'The archive has folders more than {1} deep.': 'Das Archiv hat mehr als {1} Ordner ineinander.',
  'This file is no .zip archive, so there was nothing to unpack.':
    'Diese Datei ist kein .zip-Archiv, es gab also nichts zu entpacken.',
  'The archive was not unpacked: {1}': 'Das Archiv wurde nicht entpackt: {1}',
  'CivitAI did not answer, so the unpacked models have no metadata.':
    'CivitAI hat nicht geantwortet, darum haben die entpackten Modelle keine Metadaten.',
  'Every name for the folder of {1} is taken.': 'Jeder Name für den Ordner von {1} ist vergeben.',
  'Only a finished download of a .zip archive can be unpacked.':
    'Entpacken lässt sich nur ein fertiger Download eines .zip-Archivs.',
  '{1} is no longer there.': '{1} ist nicht mehr da.',
  'Not unpacked: {1}': 'Nicht entpackt: {1}',
  'Unpacks {1} files, {2} % are written.': 'Entpackt {1} Dateien, {2} % sind geschrieben.',
  'Download it again.': 'Noch einmal herunterladen.',
  'CivitDock was stopped while it unpacked the archive.': 'CivitDock wurde beendet, während es das Archiv entpackte.',
  'This archive is being unpacked already.': 'Dieses Archiv wird schon entpackt.',
  'The archive itself is here; unpack it whenever you like.':
    'Das Archiv selbst ist hier; es lässt sich jederzeit entpacken.',
  'Nothing in the archive can be used. {1}': 'Nichts im Archiv ist brauchbar. {1}',
  'The unpacking was cancelled.': 'Das Entpacken wurde abgebrochen.',
  // Library, sync, previews
  'The file is no GGUF file.': 'Die Datei ist keine GGUF-Datei.',
  'The file is no zip archive.': 'Die Datei ist kein Zip-Archiv.',
  'The file is empty.': 'Die Datei ist leer.',
  'The file is too short to be a safetensors file.': 'Die Datei ist zu kurz für eine safetensors-Datei.',
  'The file does not begin with a safetensors header.': 'Die Datei beginnt nicht mit einem safetensors-Kopf.',
  'The file changed while it was read.': 'Die Datei änderte sich beim Lesen.',
  'The safetensors header of {1} is broken.': 'Der safetensors-Kopf von {1} ist kaputt.',
  '{1} is not as long as its header says; it may be cut off.':
    '{1} ist nicht so lang, wie der Kopf sagt; vielleicht fehlt das Ende.',
  'The safetensors header names a tensor without sound shape and place.':
    'Der safetensors-Kopf nennt einen Tensor ohne stimmige Form und Stelle.',
  'No preview picture could be fetched; a later sync tries again.':
    'Kein Vorschaubild ließ sich laden; eine spätere Synchronisierung versucht es wieder.',
  'This kind of file gets no metadata file.': 'Diese Art von Datei bekommt keine Metadatendatei.',
  'Another file of the same name has the metadata file.': 'Eine andere Datei gleichen Namens hat die Metadatendatei.',
  'The metadata file was restored and is left alone; sync this model with force to write it again.':
    'Die Metadatendatei wurde wiederhergestellt und bleibt, wie sie ist; „Neu synchronisieren“ schreibt sie wieder.',
  '{1} names a key twice and the last one counts; the file as it was is kept as {2}.':
    '{1} nennt einen Schlüssel zweimal, und der letzte zählt; die Datei, wie sie war, bleibt als {2}.',
  '{1} is being changed by another program.': '{1} wird gerade von einem anderen Programm geändert.',
  '{1} is larger than {2} MiB and was left alone.': '{1} ist größer als {2} MiB und blieb unberührt.',
  'holds no JSON object': 'enthält kein JSON-Objekt',
  'holds a number that is too large': 'enthält eine zu große Zahl',
  'is not UTF-8 text': 'ist kein UTF-8-Text',
  'is not valid JSON': 'ist kein gültiges JSON',
  'Sync this model again later.': 'Dieses Modell später noch einmal synchronisieren.',
  'Move that file away and sync again; a metadata file is a few kilobytes.':
    'Die Datei wegschieben und neu synchronisieren; eine Metadatendatei hat ein paar Kilobyte.',
  'This file was never changed.': 'Diese Datei wurde nie verändert.',
  '{1} {2}; it was kept as {3}.': '{1} {2}; sie wurde als {3} aufgehoben.',
  'Only what CivitDock wrote can be taken back.': 'Zurücknehmen lässt sich nur, was CivitDock geschrieben hat.',
  'The image host redirects in a circle.': 'Der Bild-Host leitet im Kreis.',
  'The picture is gone from the image host.': 'Das Bild ist beim Bild-Host verschwunden.',
  'The image host asks for fewer requests.': 'Der Bild-Host bittet um weniger Anfragen.',
  'The picture host asks for fewer requests.': 'Der Bild-Host bittet um weniger Anfragen.',
  'The image host answers with status {1}.': 'Der Bild-Host antwortet mit Status {1}.',
  'The image host answered with a web page instead of a picture.':
    'Der Bild-Host hat mit einer Webseite statt mit einem Bild geantwortet.',
  'What the image host sent is neither a picture nor a video.': 'Was der Bild-Host sandte, ist weder Bild noch Video.',
  'What the image host sent is no picture.': 'Was der Bild-Host sandte, ist kein Bild.',
  'A preview picture is too large.': 'Ein Vorschaubild ist zu groß.',
  "A picture lies on {1}, which is none of CivitAI's image hosts.":
    'Ein Bild liegt auf {1}; das ist kein Bild-Host von CivitAI.',
  'A preview picture is too large to be decoded.': 'Ein Vorschaubild ist zu groß, um es zu entpacken.',
  'The image host cannot be reached.': 'Der Bild-Host ist nicht erreichbar.',
  'The preview of this model is no picture that can be shown.':
    'Die Vorschau dieses Modells ist kein Bild, das sich zeigen lässt.',
  'The preview of this model cannot be read.': 'Die Vorschau dieses Modells ist nicht lesbar.',
  'There is no preview of such a model here.': 'Eine Vorschau eines solchen Modells gibt es hier nicht.',
  'The folder of this model cannot be read.': 'Der Ordner dieses Modells ist nicht lesbar.',
  'A sync that is {1} cannot become {2}.': 'Eine Synchronisierung, die {1} ist, kann nicht {2} werden.',
  'There is no such sync.': 'Eine solche Synchronisierung gibt es nicht.',
  '{1} changed while it was read.': '{1} änderte sich beim Lesen.',
  'Sync again when it is complete.': 'Neu synchronisieren, wenn sie vollständig ist.',
  '{1} cannot be read ({2}).': '{1} ist nicht lesbar ({2}).',
  'This folder or file cannot be read ({1}).': 'Dieser Ordner oder diese Datei ist nicht lesbar ({1}).',
  '{1} changed during the sync.': '{1} änderte sich während der Synchronisierung.',
  'No file of that model is in the library.': 'Keine Datei dieses Modells ist in der Bibliothek.',
  // Access
  'There is no such file in this version.': 'Eine solche Datei gibt es in dieser Version nicht.',
  'Reload the page.': 'Die Seite neu laden.',
  'CivitDock does not know the name {1}.': 'CivitDock kennt den Namen {1} nicht.',
  'If this is your WebUI, add {1} to the setting {2}.': 'Wenn das das eigene WebUI ist, {1} in {2} eintragen.',
  'This WebUI is reachable from the network and has locked {1}.':
    'Dieses WebUI ist aus dem Netzwerk erreichbar und hat {1} gesperrt.',
  'This WebUI is reachable from the network and takes no file without a clean scan.':
    'Dieses WebUI ist aus dem Netzwerk erreichbar und nimmt keine Datei, die keine Prüfung für sauber befunden hat.',
  'This WebUI is reachable from the network and lets nobody take metadata or previews away.':
    'Dieses WebUI ist aus dem Netzwerk erreichbar und lässt niemanden Metadaten oder Vorschaubilder wegnehmen.',
  'A picture is too large.': 'Ein Bild ist zu groß.',
  'The image host broke the picture off.': 'Der Bild-Host brach das Bild ab.',
  'The image host redirects to an address that cannot be read.': 'Der Bild-Host leitet zu einer unlesbaren Adresse.',
  'The file has changed on the storage while it was fetched.':
    'Die Datei hat sich auf dem Speicher geändert, während sie geladen wurde.',
  'The storage does not give the rest of the file.': 'Der Speicher gibt den Rest der Datei nicht her.',
  'Pictures do not come through this program.': 'Bilder kommen nicht über dieses Programm.',
  'Set civitai_pictures to local, or load the picture from CivitAI itself.':
    '„Woher Bilder kommen“ auf „Durch dieses Programm“ stellen oder das Bild von CivitAI selbst laden.',
  ', of which running downloads need {1}': ', wovon laufende Downloads {1} brauchen',
  'A download that is {1} does not wait for another try.':
    'Ein Download, der {1} ist, wartet auf keinen neuen Versuch.',
  'The download waits for nothing but its turn.': 'Der Download wartet nur darauf, an die Reihe zu kommen.',
  'Move it to the top of the queue.': 'An den Anfang der Warteschlange stellen.',
  // Previews of the WebUI's cards
  'The preview belongs to another file of that name.': 'Die Vorschau gehört zu einer anderen Datei dieses Namens.',
  'Move it away first.': 'Bitte zuerst wegräumen.',
  'Give one of them another name.': 'Bitte eine von beiden umbenennen.',
  'Try again later.': 'Später noch einmal versuchen.',
  '{1} is of a kind that CivitDock does not write.': '{1} ist von einer Art, die CivitDock nicht schreibt.',
  'There is no such model here.': 'Dieses Modell ist hier nicht vorhanden.',
  'There is no such model here that CivitAI knows.': 'Hier ist kein solches Modell, das CivitAI kennt.',
  'This version has no such picture within the NSFW level.':
    'Diese Version hat kein solches Bild innerhalb der NSFW-Stufe.',
  '{1} was deleted while it was written.': '{1} wurde gelöscht, während darin geschrieben wurde.',
  'Try again: it is fetched from the beginning. Leave files of that ending alone while CivitDock runs.':
    'Noch einmal versuchen: Sie wird von vorn geladen. Dateien mit dieser Endung in Ruhe lassen, solange CivitDock läuft.',
  // Missing
  'The picture is larger than 32 MB.': 'Das Bild ist größer als 32 MB.',
  'Paste its infotext or workflow instead.': 'Stattdessen seinen Infotext oder Workflow einfügen.',
  'The picture has too many pixels to be real.': 'Das Bild hat mehr Pixel, als ein echtes haben kann.',
  "CivitAI's search finds no file and no model of this name.":
    'Die Suche von CivitAI findet weder eine Datei noch ein Modell dieses Namens.',
  'No file on CivitAI has exactly this name; these models have a similar one.':
    'Keine Datei auf CivitAI heißt genau so; diese Modelle heißen ähnlich.',
  'Several versions on CivitAI have a file of this name.':
    'Mehrere Versionen auf CivitAI haben eine Datei dieses Namens.',
  'The file of this name on CivitAI has another content than the one that was used.':
    'Die Datei dieses Namens auf CivitAI hat einen anderen Inhalt als die verwendete.',
  'The picture uses too many things to ask CivitAI for each of them.':
    'Das Bild verwendet zu vieles, um CivitAI nach jedem zu fragen.',
  'CivitAI does not know this model, or no longer shows it.':
    'CivitAI kennt dieses Modell nicht oder zeigt es nicht mehr.',
  'CivitAI does not know this version, or no longer shows it.':
    'CivitAI kennt diese Version nicht oder zeigt sie nicht mehr.',
  'CivitAI knows no file with this content.': 'CivitAI kennt keine Datei mit diesem Inhalt.',
};
