import { Router, type RequestHandler } from 'express';

/** A request to a simulated provider. Has no headers and no body, so it contains no secrets. */
export interface RecordedCall {
  method: string;
  path: string;
  at: string;
  /** HTTP status of the response; null while pending, and after a connection reset. */
  status: number | null;
}

/** Calls in order of arrival. Drops the oldest beyond the capacity. */
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

export function recordCalls(log: CallLog): RequestHandler {
  return (req, res, next) => {
    const call = log.begin(req.method, req.originalUrl.split('?', 1)[0] ?? '');
    res.once('finish', () => {
      call.status = res.statusCode;
    });
    next();
  };
}

/** `GET /simulator/calls` → `[{ method, path, at, status }]`, oldest first; `DELETE` → 204. */
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
