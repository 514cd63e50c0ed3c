import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../../src/development/embedded-postgres/embedded-postgres.js';
import { administer } from '../../../support/database.js';
import { isRunning, Owner, removeScratchDirectories, scratchDirectory } from './private-server.js';

const started: EmbeddedPostgres[] = [];

async function start(dataDirectory: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDirectory, durable: false });
  started.push(server);
  return server;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const { rows } = await administer(sql, url);
  return Object.values((rows as Record<string, unknown>[])[0] ?? {})[0];
}

afterAll(removeScratchDirectories);

describe('first start', () => {
  afterEach(async () => {
    for (const server of started.splice(0)) await server.destroy();
  });

  it('creates a UTF-8 database in UTC, on loopback, with a password that only its owner can read', async () => {
    const data = join(scratchDirectory(), '.data', 'postgres');
    const { url, port } = await start(data);

    expect(url).toContain(`@127.0.0.1:${port}/proofline`);
    expect(await ask(url, 'SHOW server_encoding')).toBe('UTF8');
    expect(await ask(url, 'SHOW timezone')).toBe('UTC');
    expect(await ask(url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(url, 'SHOW unix_socket_directories')).toBe('');
    expect(await ask(url, "SELECT lower('ÅÉ')")).toBe('åé');
    expect(statSync(join(data, 'proofline.password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(administer('SELECT 1', wrong.href)).rejects.toMatchObject({ code: '28P01' });
  });

  it('works in two processes at once, and next to the leftovers of a killed one', async () => {
    const data = join(scratchDirectory(), 'postgres');
    mkdirSync(join(`${data}.init-999999999-abc`, 'data'), { recursive: true });
    const [one, other] = await Promise.all([start(data), start(data)]);

    expect(one.pid).toBe(other.pid);
    expect(readdirSync(join(data, '..')).sort()).toEqual(['postgres', 'postgres.log']);
  });

  it('refuses a directory with other content and leaves it unchanged', async () => {
    const data = join(scratchDirectory(), 'postgres');
    mkdirSync(data);
    writeFileSync(join(data, 'notes.txt'), 'mine');

    await expect(start(data)).rejects.toThrow('not a database cluster');
    expect(readFileSync(join(data, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('gives each checkout its own server', async () => {
    const [one, other] = await Promise.all([
      start(join(scratchDirectory(), 'postgres')),
      start(join(scratchDirectory(), 'postgres')),
    ]);
    await administer('CREATE TABLE only_here ()', one.url);

    expect(other.port).not.toBe(one.port);
    expect(await ask(other.url, "SELECT to_regclass('only_here')")).toBeNull();
  });
});

describe('existing cluster', () => {
  let data: string;

  beforeAll(() => {
    data = join(scratchDirectory(), 'postgres');
  });
  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop();
  });
  afterAll(async () => {
    await (await startEmbeddedPostgres({ dataDirectory: data })).destroy();
  });

  it('stops with its last user and keeps its data', async () => {
    const first = await start(data);
    const second = await Owner.start(data);
    await administer('CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS seven', first.url);
    await first.stop();
    expect(isRunning(second.server.pid)).toBe(true);
    expect(await ask(second.server.url, 'SELECT 1')).toBe(1);

    await sleep(300);
    await second.stop();
    expect(isRunning(second.server.pid)).toBe(false);
    const again = await start(data);
    expect(await ask(again.url, 'SELECT seven FROM kept')).toBe(7);
  });

  it('keeps running for a client without a usage lock', async () => {
    const server = await start(data);
    const psql = new pg.Client({ connectionString: server.url });
    await psql.connect();
    await server.stop();

    expect((await psql.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await psql.end();
  });

  it('is joined after its process was killed, and stopped at the end', async () => {
    const owner = await Owner.start(data);
    await owner.kill();
    const server = await start(data);
    expect(server.pid).toBe(owner.server.pid);
    expect(await ask(server.url, 'SELECT 1')).toBe(1);

    await server.stop();
    expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
  });

  it('restarts after its server was killed', async () => {
    const owner = await Owner.start(data);
    process.kill(owner.server.pid, 'SIGKILL');
    await owner.kill();
    const server = await start(data);

    expect(server.pid).not.toBe(owner.server.pid);
    expect(await ask(server.url, 'SELECT 1')).toBe(1);
  });

  it("starts although another program reuses the old server's process id", async () => {
    const before = await start(data);
    const pidFile = readFileSync(join(data, 'postmaster.pid'), 'utf8');
    await before.stop();
    writeFileSync(join(data, 'postmaster.pid'), pidFile.replace(/^[0-9]+/, String(process.pid)));
    const server = await start(data);

    expect(server.pid).not.toBe(process.pid);
    expect(await ask(server.url, 'SELECT 1')).toBe(1);
  });
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('as root, where only root may enter', () => {
  afterEach(async () => {
    for (const server of started.splice(0)) await server.destroy();
  });

  it('links to a cluster elsewhere, and starts empty after .data is removed', async () => {
    const home = join(scratchDirectory(0o700), '.data');
    const data = join(home, 'postgres');
    const { url } = await start(data);
    await administer('CREATE TABLE old ()', url);
    expect(lstatSync(data).isSymbolicLink()).toBe(true);
    expect(statSync(data).uid).not.toBe(0);

    rmSync(home, { recursive: true });
    const restarted = await start(data);
    expect(await ask(restarted.url, "SELECT to_regclass('old')")).toBeNull();
    expect(lstatSync(data).isSymbolicLink()).toBe(true);
  });
});
