import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import type { Logger } from '../observability/logger.js';
import { errorFields } from '../observability/logger.js';
import { requestIdOf } from './request-context.js';

/** What the middleware needs to know of the service that keeps the answers. */
export interface IdempotencyStore {
  claim(
    keyHash: string,
    requestHash: string,
  ): Promise<
    | { kind: 'fresh' | 'in_progress' | 'reused' }
    | { kind: 'replay'; answer: { status: number; body: string } }
  >;
  finish(keyHash: string, answer: { status: number; body: string }): Promise<void>;
  release(keyHash: string): Promise<void>;
  releaseUnbegun(keyHash: string): Promise<void>;
}

// A bare key, or the quoted string of the Idempotency-Key draft of the IETF.
const KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

// After these answers it is not certain that nothing has been begun. The sweeper settles what they leave open.
const LEFT_OPEN: ReadonlySet<ErrorCode> = new Set(['service_unavailable', 'internal_error']);
// Nothing was begun, or it certainly reached nobody: the same key may be tried again.
const RELEASED = (status: number, code: unknown) => status < 500 || code === 'provider_unavailable';

/**
 * The same `Idempotency-Key` and body get the same answer for 24 hours, and no second message. Runs after
 * validation, so that faults in a request are not kept. Sets `res.locals.idempotencyKey` for the flow.
 */
export function idempotency(store: IdempotencyStore, logger: Logger): RequestHandler {
  return async (req, res, next) => {
    const header = req.get('idempotency-key');
    if (header === undefined) {
      next();
      return;
    }
    const keyHash = hash(readKey(header));
    const state = await store.claim(keyHash, hash(fingerprint(req, res)));
    if (state.kind === 'in_progress') throw new AppError('idempotency_in_progress');
    if (state.kind === 'reused') throw new AppError('idempotency_key_reused');
    if (state.kind === 'replay') {
      replay(res, state.answer);
      return;
    }
    res.locals['idempotencyKey'] = keyHash;
    keepAnswer(res, keyHash, store, logger);
    next();
  };
}

function readKey(header: string): string {
  const match = KEY.exec(header.trim());
  const key = match?.[1] ?? match?.[2];
  if (key !== undefined) return key;
  const errors = [
    { pointer: '', message: 'Idempotency-Key must be 1 to 255 printable ASCII characters' },
  ];
  throw new AppError('invalid_request', { extras: { errors } });
}

/** What must be equal: the operation, by its first name, its parameters and the validated body. */
function fingerprint(req: Request, res: Response): string {
  const body: unknown = req.body;
  return JSON.stringify([res.locals['operation'], req.params, body]);
}

function replay(res: Response, answer: { status: number; body: string }): void {
  const type = answer.status === 200 ? 'application/json' : 'application/problem+json';
  res.status(answer.status).type(type).set('Idempotent-Replayed', 'true').send(answer.body);
}

/** Stores the answer before it leaves: a client that has it can rely on getting it again. */
function keepAnswer(res: Response, keyHash: string, store: IdempotencyStore, logger: Logger): void {
  const send = res.send.bind(res);
  res.send = (body: unknown) => {
    res.send = send;
    const text = String(body);
    settle(res.statusCode, text, keyHash, store)
      .catch((error: unknown) =>
        logger.error('idempotency.not_kept', {
          requestId: requestIdOf(res),
          ...errorFields(error),
        }),
      )
      .finally(() => send(text));
    return res;
  };
}

async function settle(
  status: number,
  body: string,
  keyHash: string,
  store: IdempotencyStore,
): Promise<void> {
  const code = status === 200 ? undefined : (JSON.parse(body) as { code: ErrorCode }).code;
  if (code === 'service_unavailable') {
    // Not waited for: the database is in trouble just now. Where this fails too, the sweeper comes in its time.
    void store.releaseUnbegun(keyHash).catch(() => undefined);
  }
  if (code !== undefined && LEFT_OPEN.has(code)) return;
  if (status !== 200 && RELEASED(status, code)) await store.release(keyHash);
  else await store.finish(keyHash, { status, body });
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
