import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import type { Logger } from '../observability/logger.js';
import { errorFields } from '../observability/logger.js';
import { callerOf } from './caller.js';
import { clientKey } from './client-ip.js';
import { requestIdOf } from './request-context.js';

export interface IdempotencyStore {
  claim(
    keyHash: string,
    requestHash: string,
  ): Promise<
    | { kind: 'fresh' | 'in_progress' | 'reused' }
    | { kind: 'replay'; response: { status: number; body: string } }
  >;
  finish(keyHash: string, answer: { status: number; body: string }): Promise<void>;
  release(keyHash: string): Promise<void>;
  releaseUnbegun(keyHash: string): Promise<void>;
}

/** The header of a response that was given before. */
export const REPLAYED = 'Idempotent-Replayed';

// A bare key, or a quoted string (draft-ietf-httpapi-idempotency-key-header).
const KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

// After these errors a message may have been sent. The sweeper settles such keys.
const UNSETTLED: ReadonlySet<ErrorCode> = new Set(['service_unavailable', 'internal_error']);
// No message was sent, so the client may retry with the same key.
const isRetryable = (status: number, code: unknown) =>
  status < 500 || code === 'provider_unavailable';

/**
 * Replays the response to the same `Idempotency-Key` and body for 24 hours. Runs after validation, so that
 * validation errors are not stored. A key belongs to its application and, unless the caller is a backend with
 * a secret key, to the client's address. Sets `res.locals.idempotencyKey`.
 */
export function idempotency(store: IdempotencyStore, logger: Logger): RequestHandler {
  return async (req, res, next) => {
    const header = req.get('idempotency-key');
    if (header === undefined) {
      next();
      return;
    }
    const key = readKey(header);
    const keyHash = hash(JSON.stringify([...ownerOf(req, res), key]));
    const state = await store.claim(keyHash, hash(fingerprint(req, res)));
    if (state.kind === 'in_progress') throw new AppError('idempotency_in_progress');
    if (state.kind === 'reused') throw new AppError('idempotency_key_reused');
    if (state.kind === 'replay') {
      replay(res, state.response);
      return;
    }
    res.locals['idempotencyKey'] = keyHash;
    storeResponse(res, keyHash, store, logger);
    next();
  };
}

/** Anyone can have a publishable key, or none, and could guess the keys of others. */
function ownerOf(req: Request, res: Response): string[] {
  const caller = callerOf(res);
  if (caller.kind === 'operator') return [caller.keyId];
  const { kind, applicationId } = caller;
  return kind === 'secret' ? [applicationId] : [applicationId, clientKey(req)];
}

/** @throws AppError `invalid_request` for a malformed header */
export function readKey(header: string): string {
  const match = KEY.exec(header.trim());
  const key = match?.[1] ?? match?.[2];
  if (key !== undefined) return key;
  const errors = [
    { pointer: '', message: 'Idempotency-Key must be 1 to 255 printable ASCII characters' },
  ];
  throw new AppError('invalid_request', { extras: { errors } });
}

/** Two requests are equal if operation, parameters and validated body are. Aliases share one operation. */
export function fingerprint(req: Request, res: Response): string {
  const body: unknown = req.body;
  return JSON.stringify([res.locals['operation'], req.params, body]);
}

function replay(res: Response, response: { status: number; body: string }): void {
  const type = response.status === 200 ? 'application/json' : 'application/problem+json';
  res.status(response.status).type(type).set(REPLAYED, 'true').send(response.body);
}

/** Stores the response before sending it, so that a client that has received it gets the same one again. */
function storeResponse(
  res: Response,
  keyHash: string,
  store: IdempotencyStore,
  logger: Logger,
): void {
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
    // Not awaited: the database is overloaded or down. If this fails too, the sweeper settles the key.
    void store.releaseUnbegun(keyHash).catch(() => undefined);
  }
  if (code !== undefined && UNSETTLED.has(code)) return;
  if (status !== 200 && isRetryable(status, code)) await store.release(keyHash);
  else await store.finish(keyHash, { status, body });
}

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
