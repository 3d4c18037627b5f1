/** The sentence and the hint of each code of failure, in German, by their English words; see `servertext.mjs`. */

export const SERVER_ERRORS = {
  'Something went wrong inside CivitDock.': 'In CivitDock ist etwas schiefgegangen.',
  'Try again. If it stays, look at the log of the WebUI and report it with the time of day.':
    'Noch einmal versuchen. Bleibt es so, ins Protokoll des WebUI sehen und es mit der Uhrzeit melden.',
  'CivitAI wants a login for this file, and no API key is set.':
    'CivitAI verlangt für diese Datei eine Anmeldung, und kein API-Schlüssel ist gesetzt.',
  "Create an API key in your CivitAI account settings and paste it into CivitDock's settings.":
    'In den Kontoeinstellungen bei CivitAI einen API-Schlüssel erstellen und in die Einstellungen von CivitDock einfügen.',
  'CivitAI does not accept the API key.': 'CivitAI nimmt den API-Schlüssel nicht an.',
  "Paste the key again in CivitDock's settings and press Test key.":
    'Den Schlüssel in den Einstellungen von CivitDock neu einfügen und „Schlüssel prüfen“ drücken.',
  'This version is in early access.': 'Diese Version ist im Early Access.',
  'Wait until early access ends, or buy access on its CivitAI page, then try again.':
    'Das Ende des Early Access abwarten oder auf der CivitAI-Seite Zugang kaufen und es noch einmal versuchen.',
  'The creator has switched off downloads of this file.': 'Der Ersteller hat Downloads dieser Datei abgeschaltet.',
  "No key helps here. Ask the creator on the model's CivitAI page.":
    'Hier hilft kein Schlüssel. Auf der CivitAI-Seite des Modells den Ersteller fragen.',
  'CivitAI does not know this, or no longer shows it.': 'CivitAI kennt das nicht oder zeigt es nicht mehr.',
  'Check the link or number. The model may have been deleted or made private.':
    'Link oder Nummer prüfen. Das Modell wurde vielleicht gelöscht oder auf privat gestellt.',
  'The creator has archived this model; it cannot be downloaded.':
    'Der Ersteller hat dieses Modell archiviert; es lässt sich nicht herunterladen.',
  'Look for another version or another model by the same creator.':
    'Nach einer anderen Version oder einem anderen Modell desselben Erstellers suchen.',
  'CivitAI does not serve your region.': 'CivitAI ist in dieser Region nicht verfügbar.',
  "CivitAI blocks some countries by law. A proxy can be set in CivitDock's settings.":
    'CivitAI sperrt einige Länder aus rechtlichen Gründen. In den Einstellungen von CivitDock lässt sich ein Proxy setzen.',
  'CivitAI asks for fewer requests.': 'CivitAI bittet um weniger Anfragen.',
  'CivitDock waits and goes on by itself.': 'CivitDock wartet und macht von selbst weiter.',
  'CivitAI answered with a web page instead of data.': 'CivitAI hat mit einer Webseite statt mit Daten geantwortet.',
  'Its protection may be checking your address. Open civitai.com in a browser, then try again.':
    'Vielleicht prüft der Schutz von CivitAI diese Adresse. civitai.com im Browser öffnen, dann noch einmal versuchen.',
  'CivitAI has trouble and does not answer properly.': 'CivitAI ist gestört und antwortet nicht richtig.',
  'CivitDock tries again by itself. What is cached stays usable.':
    'CivitDock versucht es von selbst wieder. Was im Cache ist, bleibt benutzbar.',
  'CivitAI cannot be reached from this machine.': 'CivitAI ist von diesem Rechner aus nicht erreichbar.',
  'Check the network, the proxy setting and the API address. What is cached stays usable.':
    'Netzwerk, Proxy-Einstellung und API-Adresse prüfen. Was im Cache ist, bleibt benutzbar.',
  'CivitAI answered something CivitDock does not understand.':
    'CivitAI hat etwas geantwortet, das CivitDock nicht versteht.',
  'Try again later. If it stays, report it: CivitAI may have changed its interface.':
    'Später noch einmal versuchen. Bleibt es so, bitte melden: CivitAI hat vielleicht seine Schnittstelle geändert.',
  'The downloaded bytes are not the file that CivitAI describes.':
    'Was geladen wurde, ist nicht die Datei, die CivitAI beschreibt.',
  'Fetch it again. If it stays, the creator may have replaced the file just now.':
    'Noch einmal laden. Bleibt es so, hat der Ersteller die Datei vielleicht gerade ersetzt.',
  'The transfer ended before the file was complete.': 'Die Übertragung endete, bevor die Datei vollständig war.',
  'Try again: what is already here is kept and only the rest is fetched.':
    'Noch einmal versuchen: Was schon da ist, bleibt, und nur der Rest wird geladen.',
  'There is not enough free space for this file.': 'Für diese Datei ist nicht genug Platz frei.',
  'Free some space on that disk or choose another folder, then try again.':
    'Auf diesem Laufwerk Platz schaffen oder einen anderen Ordner wählen und es noch einmal versuchen.',
  'The model folder cannot be written.': 'Der Modellordner ist nicht beschreibbar.',
  "Check that the folder exists and that the WebUI's user may write there.":
    'Prüfen, ob der Ordner existiert und der Benutzer des WebUI dort schreiben darf.',
  'Another file already has this name.': 'Eine andere Datei heißt schon so.',
  'Choose another name or folder; CivitDock never overwrites a model.':
    'Anderen Namen oder Ordner wählen; CivitDock überschreibt nie ein Modell.',
  'This file can run code when it is loaded, and it has no clean scan.':
    'Diese Datei kann beim Laden Programme ausführen, und keine Prüfung hat sie für sauber befunden.',
  'Prefer a .safetensors file. Only if you trust the creator, download it anyway.':
    'Besser eine .safetensors-Datei nehmen. Trotzdem herunterladen nur, wenn dem Ersteller zu trauen ist.',
  'CivitAI sent the download to a host that CivitDock does not know.':
    'CivitAI leitete den Download zu einem Host, den CivitDock nicht kennt.',
  'If you trust that host, add it to the setting civitai_download_hosts.':
    'Wenn dem Host zu trauen ist, ihn in „Weitere Download-Hosts“ eintragen.',
  "That is not possible in the job's present state.": 'Das geht im jetzigen Zustand des Downloads nicht.',
  "Look at the job's state and try again.": 'Den Zustand ansehen und noch einmal versuchen.',
  'What arrived is not a model file.': 'Was ankam, ist keine Modelldatei.',
  "Fetch it again. If it stays, look at the file's page on CivitAI.":
    'Noch einmal laden. Bleibt es so, auf der CivitAI-Seite der Datei nachsehen.',
  'The archive cannot be unpacked.': 'Das Archiv lässt sich nicht entpacken.',
  'Open it with an archive program to see what it holds, or ask the creator for another file.':
    'Mit einem Archivprogramm nachsehen, was es enthält, oder den Ersteller um eine andere Datei bitten.',
  'The archive is encrypted.': 'Das Archiv ist verschlüsselt.',
  "Unpack it by hand with its password; the creator's page may name it.":
    'Von Hand mit dem Passwort entpacken; vielleicht steht es auf der Seite des Erstellers.',
  'The archive is not safe to unpack.': 'Das Archiv lässt sich nicht gefahrlos entpacken.',
  'Nothing of it was unpacked. Look into it with an archive program before you trust it.':
    'Nichts davon wurde entpackt. Vor dem Vertrauen mit einem Archivprogramm hineinsehen.',
  'The request is not valid.': 'Die Anfrage ist nicht gültig.',
  'The message names the field; docs/routes.md lists what each route takes.':
    'Die Meldung nennt das Feld; docs/routes.md sagt, was jede Route nimmt.',
  'This WebUI asks for a login.': 'Dieses WebUI verlangt eine Anmeldung.',
  'Log in to the WebUI, or send the user and password it was started with.':
    'Am WebUI anmelden oder Benutzer und Passwort mitsenden, mit denen es gestartet wurde.',
  'Another web page tried to use CivitDock.': 'Eine andere Webseite hat versucht, CivitDock zu benutzen.',
  'Open the WebUI itself. Programs must not send an Origin header of another site.':
    'Das WebUI selbst öffnen. Programme dürfen keinen Origin-Header einer anderen Seite senden.',
  'CivitDock does not know the name under which it was called.':
    'CivitDock kennt den Namen nicht, unter dem es aufgerufen wurde.',
  'Add the host name to the setting civitai_allowed_hosts.': 'Den Hostnamen in „Erlaubte Hostnamen“ eintragen.',
  'This WebUI is reachable from the network and has locked such changes.':
    'Dieses WebUI ist aus dem Netzwerk erreichbar und hat solche Änderungen gesperrt.',
  'Use the machine it runs on, or start it with --enable-insecure-extension-access.':
    'Den Rechner benutzen, auf dem es läuft, oder es mit --enable-insecure-extension-access starten.',
  'This route does not take that method.': 'Diese Route nimmt diese Methode nicht.',
  'docs/routes.md lists the method of each route.': 'docs/routes.md nennt die Methode jeder Route.',
  'This route takes JSON.': 'Diese Route nimmt JSON.',
  'Send the header Content-Type: application/json.': 'Den Header Content-Type: application/json senden.',
  'The request is larger than any of our routes needs.': 'Die Anfrage ist größer, als eine unserer Routen braucht.',
  'Send fewer or shorter values in one request.': 'Weniger oder kürzere Werte in einer Anfrage senden.',
  'This is no picture that CivitDock can read.': 'Das ist kein Bild, das CivitDock lesen kann.',
  'PNG, JPEG and WebP are read. Save the picture anew, or paste its infotext or workflow.':
    'Gelesen werden PNG, JPEG und WebP. Das Bild neu speichern oder seinen Infotext oder Workflow einfügen.',
  'A Python package that this needs is not installed.': 'Ein Python-Paket, das dafür nötig ist, ist nicht installiert.',
  'Restart the WebUI so that CivitDock can install it, or install it by hand (GET status names it).':
    'Das WebUI neu starten, damit CivitDock es installieren kann, oder es von Hand installieren (GET status nennt es).',
  'CivitDock waits for it and takes over what it brings.': 'CivitDock wartet darauf und übernimmt, was es bringt.',
};
