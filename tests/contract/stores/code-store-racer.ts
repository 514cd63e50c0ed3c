import { once } from 'node:events';
import { RedisClient } from '../../../src/clients/redis-client.js';
import { Database } from '../../../src/database/database.js';
import { Statements } from '../../../src/database/statements.js';
import { createLogger } from '../../../src/observability/logger.js';
import type { CodeStore } from '../../../src/stores/code-store.js';
import { PostgresCodeStore } from '../../../src/stores/postgres-code-store.js';
import { RedisCodeStore } from '../../../src/stores/redis-code-store.js';

/** On a line of standard input, consumes one key many times concurrently; prints the number of successes. */
const [kind = '', url = '', key = '', hash = '', count = ''] = process.argv.slice(2);

async function connect(): Promise<CodeStore> {
  if (kind === 'postgres')
    return new PostgresCodeStore(new Statements(new Database({ url, poolMax: 10 })));
  const redis = new RedisClient(url, createLogger({ level: 'error' }));
  while (!redis.isUp) await new Promise((resolve) => setTimeout(resolve, 5));
  return new RedisCodeStore(redis);
}

const store = await connect();
// Opens the connections in advance.
await Promise.allSettled(Array.from({ length: 20 }, () => store.find('nobody')));
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const answers = await Promise.allSettled(
  Array.from({ length: Number(count) }, () => store.consume(key, Buffer.from(hash, 'hex'))),
);
const wins = answers.filter((answer) => answer.status === 'fulfilled' && answer.value).length;
process.stdout.write(`wins ${wins}\n`, () => process.exit(0));
