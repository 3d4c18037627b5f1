import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { SERVER as DE } from '../../javascript/tab/lang/de.mjs';
import { useLanguage } from '../../javascript/tab/language.mjs';
import { SENTENCE_OF } from '../../javascript/tab/servercodes.mjs';
import { said, saidProblem } from '../../javascript/tab/servertext.mjs';

const places = (text) => [...text.matchAll(/\{\d\}/g)].map(([place]) => place).sort();

before(() => useLanguage('de'));

test('what is filled in stands in the translation as well', () => {
  for (const [english, german] of Object.entries(DE)) assert.deepEqual(places(german), places(english), english);
});

test('no sentence was left in English', () => {
  const left = Object.entries(DE).filter(([english, german]) => english === german && english !== 'Proxy');
  assert.deepEqual(left, []);
});

test('a sentence with values is found, the most telling one first', () => {
  assert.equal(
    said('12.5 GB are needed in /m/Lora, and 3 B are free, of which running downloads need 2 B.'),
    '12,5 GB werden in /m/Lora gebraucht, und 3 B sind frei, wovon laufende Downloads 2 B brauchen.',
  );
  assert.equal(
    said('CivitAI sent the download to x.org without encryption.'),
    'CivitAI leitete den Download unverschlüsselt zu x.org.',
  );
  assert.equal(said('CivitAI has trouble (status 503: busy).'), 'CivitAI ist gestört (Status 503: busy).');
});

test('a moment is told as a day', async () => {
  assert.equal(
    said('This version is in early access until 2027-03-04T12:00:00Z.'),
    'Diese Version ist bis 4. März 2027 im Early Access.',
  );
});

test('a sentence inside a sentence, and several in a row, are told too', () => {
  assert.equal(
    said('The preview: The image host cannot be reached.'),
    'Die Vorschau: Der Bild-Host ist nicht erreichbar.',
  );
  assert.equal(
    said('A download that is done cannot be resumed.'),
    'Ein Download, der fertig ist, lässt sich nicht fortsetzen.',
  );
  assert.equal(
    said('Another CivitDock that uses the same data folder runs this download. CivitDock waits and goes on by itself.'),
    'Ein anderes CivitDock mit demselben Datenordner führt diesen Download aus. CivitDock wartet und macht von selbst weiter.',
  );
});

test('a name with marks of patterns or of replacing stays what it is', () => {
  assert.equal(said('(a+)$& [x].zip is no longer there.'), '(a+)$& [x].zip ist nicht mehr da.');
});

test('what has no words of ours is shown as it came, behind the words for its code', () => {
  assert.equal(said('Something quite new'), 'Something quite new');
  assert.equal(said(null), '');
  assert.deepEqual(saidProblem({ code: 'disk_full', message: 'Quite new', hint: null }), {
    message: 'Für diese Datei ist nicht genug Platz frei.',
    hint: 'Im Wortlaut (englisch): Quite new',
  });
  assert.deepEqual(saidProblem({ code: 'newer', message: 'Quite new', hint: 'Do it' }), {
    message: 'Quite new',
    hint: 'Do it',
  });
});

test('every code has words of its own', () => {
  for (const [code, message] of Object.entries(SENTENCE_OF)) assert.notEqual(said(message), message, code);
});

test('in English all is as the server says it', async () => {
  await useLanguage('en');
  assert.equal(said('The file is empty.'), 'The file is empty.');
  assert.deepEqual(saidProblem({ code: 'disk_full', message: 'Quite new', hint: 'x' }), {
    message: 'Quite new',
    hint: 'x',
  });
});
