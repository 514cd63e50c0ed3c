/**
 * Stub of Sinch Verification: start and report. It keeps no state, so it costs every subject the same: the
 * code is the last four digits of the number and part of the id. For subjects that make their own codes it
 * accepts messages like the Sinch SMS API and returns each once at `/inbox/<number>`. `POST /control` sets
 * the latency and returns the counts. `POST /events` accepts webhooks.
 */
import { createServer } from 'node:http';

const VERIFICATIONS = '/verification/v1/verifications';
const BY_ID = `${VERIFICATIONS}/id/`;
const BATCHES = /^\/xms\/v1\/\w+\/batches$/;
const INBOX = '/inbox/';

const counts = { started: 0, successful: 0, refused: 0 };
const inbox = new Map();
let latencyMs = 0;
let serial = 0;

const server = createServer((req, res) => {
  let body = '';
  req.setEncoding('utf8').on('data', (piece) => (body += piece));
  req.on('end', () => {
    const own = ownAnswer(req.url, body);
    const [status, value] = own ?? answer(req.method, req.url, JSON.parse(body || '{}'));
    const send = () => reply(res, status, value);
    if (latencyMs > 0 && !own) setTimeout(send, latencyMs);
    else send();
  });
});

/** Endpoints for the benchmark alone. */
function ownAnswer(path, body) {
  if (path === '/control') return setUp(body);
  if (path === '/events') return [200, {}];
  if (path.startsWith(INBOX)) return readMessage(path.slice(INBOX.length));
  return undefined;
}

function answer(method, path, body) {
  if (method === 'POST' && path === VERIFICATIONS) return start(body);
  if (method === 'PUT' && path.startsWith(BY_ID)) return report(path.slice(BY_ID.length), body);
  if (method === 'POST' && BATCHES.test(path)) return deliver(body);
  return [404, { errorCode: 40400, message: 'Not found' }];
}

function start({ identity, method }) {
  counts.started += 1;
  return [200, { id: `${(serial += 1)}-${identity.endpoint.slice(-4)}`, method }];
}

function report(id, { method, sms }) {
  if (!id.endsWith(`-${sms.code}`)) {
    counts.refused += 1;
    return [400, { errorCode: 40003, message: 'Invalid code' }];
  }
  counts.successful += 1;
  return [200, { id, method, status: 'SUCCESSFUL' }];
}

function deliver({ to: [number], body }) {
  counts.started += 1;
  inbox.set(number, body);
  return [201, { id: String((serial += 1)), to: [number] }];
}

function readMessage(number) {
  const text = inbox.get(number) ?? '';
  inbox.delete(number);
  return [200, { text }];
}

function setUp(body) {
  ({ latencyMs = latencyMs } = JSON.parse(body));
  return [200, counts];
}

function reply(res, status, value) {
  const text = JSON.stringify(value);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}

// Longer than a pause between rounds, so that kept connections stay open.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
