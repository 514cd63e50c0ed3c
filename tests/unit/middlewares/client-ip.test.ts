import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { clientKey, forwardedFor, hopAddress } from '../../../src/middlewares/client-ip.js';
import { createLogger } from '../../../src/observability/logger.js';
import { LogCapture } from '../../support/evidence.js';

describe('the address of a hop', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['203.0.113.7:_azure', '203.0.113.7'],
    ['"203.0.113.7:51234"', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['"[2001:db8::1]:443"', '2001:db8::1'],
    ['"2001:db8::1"', '2001:db8::1'],
    // An address, although its last group looks like a port.
    ['2001:db8::1:443', '2001:db8::1:443'],
    ['[fe80::1%eth0]:443', 'fe80::1'],
    ['fe80::1%25eth0', 'fe80::1'],
    ['[::ffff:203.0.113.7]:443', '::ffff:203.0.113.7'],
  ])('%s is %s', (hop, address) => {
    expect(hopAddress(hop)).toBe(address);
  });

  test.each([
    '',
    'unknown',
    '_hidden',
    'unknown:443',
    'client.example.com:443',
    '203.0.113.7:',
    '203.0.113.7:443:444',
    '203.0.113.7:123456',
    '203.0.113.7:443 ; x',
    '203.0.113.007:443',
    '203.0.113:443',
    '[2001:db8::1',
    '[2001:db8::1]443',
    '[[2001:db8::1]]:443',
    '"203.0.113.7',
    'for=203.0.113.7',
  ])('%s is none', (hop) => {
    expect(hopAddress(hop)).toBeUndefined();
  });
});

describe('X-Forwarded-For', () => {
  const log = new LogCapture();
  let nowMs = 0;
  let server: Server;
  beforeAll(async () => {
    const app = express().set('trust proxy', ['127.0.0.1', '10.0.0.0/8', '2001:db8:ffff::/48']);
    app.use(forwardedFor(createLogger({ level: 'info', stream: log }), () => nowMs));
    server = app.get('/', (req, res) => void res.send(clientKey(req))).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  const keyOf = async (forwarded: string) => {
    const { port } = server.address() as AddressInfo;
    const headers = { 'x-forwarded-for': forwarded };
    return (await fetch(`http://127.0.0.1:${port}`, { headers })).text();
  };
  const warnings = async () =>
    (await log.flushed())
      .events('http.client_address_unknown')
      .map(({ errorMessage }) => /"(.*)"/.exec(String(errorMessage))?.[1]);

  test.each([
    ['203.0.113.7:51234', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::/64'],
    ['"[::ffff:203.0.113.7]:443"', '203.0.113.7'],
    ['203.0.113.7:51234, 10.0.0.1:443', '203.0.113.7'],
    ['203.0.113.7, [2001:db8:ffff::1]:443, "[::ffff:10.0.0.1]:80"', '203.0.113.7'],
    ['198.51.100.9:1, 203.0.113.7:51234', '203.0.113.7'],
    ['203.0.113.7, unknown, 10.0.0.1', '127.0.0.1'],
    ['_hidden, 203.0.113.7:51234', '203.0.113.7'],
  ])('%s counts as %s', async (forwarded, key) => {
    expect(await keyOf(forwarded)).toBe(key);
  });

  test('names a hop that is no address once a minute, with its digits masked', async () => {
    nowMs = 100_000;
    log.lines.length = 0;
    await keyOf('+49 151 2345 6789');
    await keyOf('unknown');
    expect(await warnings()).toEqual(['+xx xxx xxxx xxxx']);
    nowMs += 60_000;
    await keyOf('unknown');
    await keyOf('203.0.113.7:51234');
    await keyOf('_hidden, 203.0.113.7:51234');
    expect(await warnings()).toEqual(['+xx xxx xxxx xxxx', 'unknown']);
  });
});
