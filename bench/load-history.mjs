/**
 * Fills a migrated database with old rows for experiments:
 * `DATABASE_URL=… node bench/load-history.mjs --verifications 10000000 --users 5000000`.
 */
import { parseArgs } from 'node:util';
import { loadHistory } from './lib/history.mjs';

const { values } = parseArgs({
  options: {
    verifications: { type: 'string', default: '10000000' },
    users: { type: 'string' },
  },
});
const sizes = Object.entries(values).map(([name, text]) => [name, Number(text)]);
await loadHistory(process.env.DATABASE_URL, Object.fromEntries(sizes), console.log);
