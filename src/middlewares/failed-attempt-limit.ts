import type { RequestHandler, Response } from 'express';
import { clientKey } from './client-ip.js';

/** Who counts. `take` rejects when there were too many. */
export interface AttemptCounter<Taken> {
  take(address: string): Promise<Taken>;
  giveBack(taken: Taken): Promise<void>;
}

/**
 * Counts wrong tries of credentials per client address, in Postgres: each is counted before it is judged, and given back
 * unless its answer is that it was wrong, or that there were too many.
 */
export function failedAttemptLimit<Taken>(counter: AttemptCounter<Taken>): RequestHandler {
  return async (req, res, next) => {
    const taken = await counter.take(clientKey(req));
    unlessFailed(res, () => counter.giveBack(taken));
    next();
  };
}

const FAILED: ReadonlySet<number> = new Set([401, 429]);

/** Does something before the answer leaves; should that fail, the answer is the same. */
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
