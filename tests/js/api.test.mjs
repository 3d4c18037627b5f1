import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Api, retryAfterSeconds, UNREACHABLE } from '../../javascript/tab/api.mjs';

/** @type {import('node:http').Server} */
let server;
let base = '';
/** @type {Array<{method: string, url: string, headers: Record<string, string>, body: string}>} */
const seen = [];

const ANSWERS = {
  '/api/ok': [200, { a: 1 }],
  '/api/limited': [
    429,
    { error: { code: 'rate_limited', message: 'Wait.', hint: 'It goes on.' } },
    { 'Retry-After': '7' },
  ],
  '/api/gone': [404, { error: { code: 'not_found', message: 'No such model.', hint: 'Check the number.' } }],
};

before(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      if (request.url === '/api/cut') return void request.socket.destroy();
      if (request.url === '/api/html')
        return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>');
      if (request.url === '/api/bare') return void response.writeHead(404).end('Not Found');
      const [status, data, headers] = ANSWERS[request.url];
      return void response
        .writeHead(status, { 'Content-Type': 'application/json', ...headers })
        .end(JSON.stringify(data));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${server.address().port}/api/`;
});
after(() => server.close());

test('a POST is JSON and carries the header that a foreign page cannot send', async () => {
  assert.deepEqual(await new Api(base).post('ok', { x: 'ä' }), { a: 1 });
  const { method, headers, body } = seen.at(-1);
  assert.deepEqual(
    [method, headers['content-type'], headers['x-civitdock'], body],
    ['POST', 'application/json', '1', '{"x":"ä"}'],
  );
});

test('an error of the contract keeps its code, message, hint and time', async () => {
  await assert.rejects(new Api(base).get('limited'), {
    code: 'rate_limited',
    message: 'Wait.',
    hint: 'It goes on.',
    status: 429,
    retryAfter: 7,
  });
  await assert.rejects(new Api(base).get('gone'), { code: 'not_found', status: 404 });
});

test('no server, a cut connection, a bare 404 and a page in place of JSON all count as not reachable', async () => {
  for (const path of ['cut', 'bare', 'html']) await assert.rejects(new Api(base).get(path), { code: UNREACHABLE });
  await assert.rejects(new Api('http://127.0.0.1:1/').get('x'), { code: UNREACHABLE });
});

test('an aborted request is told apart from a failed one', async () => {
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(new Api(base).get('ok', { signal: controller.signal }), { name: 'AbortError' });
});

test('Retry-After is read as seconds and as a date', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  assert.equal(retryAfterSeconds('25', now), 25);
  assert.equal(retryAfterSeconds('Fri, 20 Nov 2026 12:00:30 GMT', now), 30);
  assert.equal(retryAfterSeconds('Fri, 20 Nov 2026 11:00:00 GMT', now), 0);
  assert.equal(retryAfterSeconds('soon', now), null);
  assert.equal(retryAfterSeconds(null, now), null);
});
