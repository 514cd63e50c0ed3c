import { randomFillSync } from 'node:crypto';

const STOCK_BYTES = 4096;
const stock = Buffer.allocUnsafeSlow(STOCK_BYTES);
let used = STOCK_BYTES;

/**
 * Random bytes of the system's generator, for ids and tokens. Asked for in stock, as Node does for its UUIDs,
 * because a question for each id takes longer than everything else about it. Each byte is given out once and
 * not kept.
 */
export function pooledRandomBytes(count: number): Buffer {
  if (!Number.isInteger(count) || count < 1 || count > STOCK_BYTES) {
    throw new RangeError(`1 to ${STOCK_BYTES} bytes`);
  }
  if (used + count > STOCK_BYTES) {
    randomFillSync(stock);
    used = 0;
  }
  const bytes = Buffer.from(stock.subarray(used, used + count));
  stock.fill(0, used, used + count);
  used += count;
  return bytes;
}
