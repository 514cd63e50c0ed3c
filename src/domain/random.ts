import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;
const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let used = POOL_BYTES;

/**
 * Cryptographically secure random bytes for ids and tokens. Pooled, as in Node's UUIDs, because a system
 * call per id would dominate its cost. Each byte is used once and erased from the pool.
 */
export function pooledRandomBytes(count: number): Buffer {
  if (!Number.isInteger(count) || count < 1 || count > POOL_BYTES) {
    throw new RangeError(`1 to ${POOL_BYTES} bytes`);
  }
  if (used + count > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + count));
  pool.fill(0, used, used + count);
  used += count;
  return bytes;
}
