import { Router, type RequestHandler } from 'express';

/** One request that reached a simulated provider; without headers and bodies, so without secrets and codes. */
export interface RecordedCall {
  method: string;
  /** Path as sent, without the query. */
  path: string;
  /** ISO 8601, UTC: when the request arrived. */
  at: string;
  /** HTTP status answered; null while unanswered, and for good when the connection was reset. */
  status: number | null;
}

/** Calls in the order of their arrival; beyond the capacity the oldest are dropped. */
export class CallLog {
  private calls: RecordedCall[] = [];

  constructor(private readonly capacity = 5000) {}

  begin(method: string, path: string): RecordedCall {
    const call = { method, path, at: new Date().toISOString(), status: null };
    this.calls.push(call);
    if (this.calls.length > this.capacity) this.calls.shift();
    return call;
  }

  list(): readonly RecordedCall[] {
    return this.calls;
  }

  clear(): void {
    this.calls = [];
  }
}

/** Records every request that passes; mount it in front of a provider's routes. */
export function recordCalls(log: CallLog): RequestHandler {
  return (req, res, next) => {
    const call = log.begin(req.method, req.originalUrl.split('?', 1)[0] ?? '');
    res.once('finish', () => {
      call.status = res.statusCode;
    });
    next();
  };
}

/** `GET /simulator/calls` → `[{ method, path, at, status }]`, oldest first; `DELETE /simulator/calls` → 204. */
export function callLogRouter(log: CallLog): Router {
  const router = Router();
  router.get('/simulator/calls', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(log.list());
  });
  router.delete('/simulator/calls', (_req, res) => {
    log.clear();
    res.status(204).end();
  });
  return router;
}
