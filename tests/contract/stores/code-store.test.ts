import { DATABASE_TIMEOUTS } from '../../../src/database/connection.js';
import { Statements } from '../../../src/database/statements.js';
import { StoreUnavailableError } from '../../../src/stores/code-store.js';
import { PostgresCodeStore } from '../../../src/stores/postgres-code-store.js';
import { RedisCodeStore } from '../../../src/stores/redis-code-store.js';
import { removeScratchDirectories } from '../../component/development/embedded-postgres/private-server.js';
import { openDatabase } from '../../support/open-database.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { LoggedRedis, timed } from '../../support/redis-client.js';
import { describeWithRedis, startRedis } from '../../support/redis-server.js';
import { codeStoreContract, type StoreRig } from './code-store.contract.js';

async function startPostgresRig(): Promise<StoreRig> {
  const postgres = await PrivatePostgres.start();
  const pools = [0, 1].map(() => openDatabase(postgres.url));
  const [store, other] = pools.map((pool) => new PostgresCodeStore(new Statements(pool)));
  return {
    store: store!,
    other: other!,
    loseEverything: () => postgres.query('DELETE FROM local_codes'),
    dump: async () => JSON.stringify(await postgres.query('SELECT c::text FROM local_codes AS c')),
    freeze: () => postgres.freeze(),
    unfreeze: () => postgres.thaw(),
    stop: async () => {
      for (const pool of pools) await pool.close();
      await postgres.destroy();
    },
  };
}

async function startRedisRig(): Promise<StoreRig> {
  const server = await startRedis();
  const clients = [
    await LoggedRedis.connected(server.url),
    await LoggedRedis.connected(server.url),
  ];
  const [store, other] = clients.map(({ client }) => new RedisCodeStore(client));
  return {
    store: store!,
    other: other!,
    loseEverything: () => server.ask('FLUSHALL'),
    dump: async () => {
      const keys = await server.keys();
      const values = await Promise.all(keys.map((key) => server.ask('GET', key)));
      return [...keys, ...values].join('\n');
    },
    freeze: () => server.freeze(),
    unfreeze: () => server.unfreeze(),
    stop: async () => {
      for (const { client } of clients) client.close();
      await server.stop();
    },
  };
}

describe('codes in Postgres', () => {
  codeStoreContract(startPostgresRig, DATABASE_TIMEOUTS.query + 1_000);
  afterAll(removeScratchDirectories);

  test('expire by the clock of the database', async () => {
    const postgres = await PrivatePostgres.start();
    const pool = openDatabase(postgres.url);
    try {
      const store = new PostgresCodeStore(new Statements(pool));
      await store.put('a', Buffer.from('x'), 600);
      await postgres.query(`UPDATE local_codes SET expires_at = now()`);
      expect(await store.find('a')).toBeUndefined();
      await postgres.query(`UPDATE local_codes SET expires_at = now() + interval '1 second'`);
      expect(await store.find('a')).toEqual(Buffer.from('x'));
    } finally {
      await pool.close();
      await postgres.destroy();
    }
  });
});

describeWithRedis('codes in Redis', () => {
  codeStoreContract(startRedisRig, 200);

  test('have a prefix and an expiry', async () => {
    const server = await startRedis();
    const { client } = await LoggedRedis.connected(server.url);
    try {
      const store = new RedisCodeStore(client);
      await store.put('a', Buffer.from('x'), 300);
      expect(await server.keys()).toEqual(['proofline:code:a']);
      const seconds = Number((await server.ask('TTL', 'proofline:code:a')).slice(1));
      expect(seconds).toBeGreaterThan(297);
      expect(seconds).toBeLessThanOrEqual(300);
    } finally {
      client.close();
      await server.stop();
    }
  });

  test('reject at once without Redis', async () => {
    const server = await startRedis();
    const redis = await LoggedRedis.connected(server.url);
    await server.kill();
    await redis.becomes('down');
    const store = new RedisCodeStore(redis.client);
    const works: (() => Promise<unknown>)[] = [
      () => store.put('a', Buffer.from('x'), 60),
      () => store.find('a'),
    ];
    for (const work of works) {
      const { error, tookMs } = await timed(work());
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(tookMs).toBeLessThan(50);
    }
    redis.client.close();
  });
});
