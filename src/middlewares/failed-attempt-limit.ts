import type { RequestHandler, Response } from 'express';
import { addressBlocks, type AddressBlock } from './client-ip.js';

/** Counts attempts. `take` rejects when the limit is reached. */
export interface AttemptCounter<Taken> {
  take(blocks: readonly AddressBlock[]): Promise<Taken>;
  giveBack(taken: Taken): Promise<void>;
}

/**
 * Limits failed attempts per client address, in Postgres. Each attempt is counted before it is checked and
 * given back unless the response is 401 or 429.
 */
export function failedAttemptLimit<Taken>(counter: AttemptCounter<Taken>): RequestHandler {
  return async (req, res, next) => {
    const blocks = addressBlocks(req, res);
    if (blocks.length > 0) {
      const taken = await counter.take(blocks);
      unlessFailed(res, () => counter.giveBack(taken));
    }
    next();
  };
}

const FAILED: ReadonlySet<number> = new Set([401, 429]);

/** Runs `work` before the response is sent. An error of `work` does not change the response. */
function unlessFailed(res: Response, work: () => Promise<void>): void {
  const send = res.send.bind(res);
  res.send = (body: unknown) => {
    res.send = send;
    if (FAILED.has(res.statusCode)) return send(body);
    void work()
      .catch(() => undefined)
      .finally(() => send(body));
    return res;
  };
}
