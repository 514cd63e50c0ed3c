import { createHmac } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { scopeFor } from '../domain/scope.js';
import type { CheckKey, CheckKeyState } from '../domain/verification.js';
import { AppError } from '../errors/app-error.js';
import { errorFields, type Logger } from '../observability/logger.js';
import { callerOf } from './caller.js';
import { fingerprint, hash, readKey, REPLAYED } from './idempotency.js';
import { requestIdOf } from './request-context.js';

export interface CheckKeyStore {
  claim(key: CheckKey): Promise<CheckKeyState>;
  release(key: CheckKey): Promise<void>;
}

/**
 * Lets a caller ask again for the success of a check, for 60 seconds, with the same `Idempotency-Key` and
 * body. Stores no response: sets `res.locals.verifiedBefore` to the id of the verification, whose proof the
 * handler signs again. Otherwise sets `res.locals.checkKey`, to be recorded with the success. A key belongs to
 * its application and to what it checks: a phone may change its address between two checks.
 */
export function idempotentCheck(store: CheckKeyStore, logger: Logger): RequestHandler {
  return async (req, res, next) => {
    const header = req.get('idempotency-key');
    if (header === undefined) {
      next();
      return;
    }
    const key = readKey(header);
    const requestHash = createHmac('sha256', key).update(fingerprint(req, res)).digest('base64url');
    const keyHash = hash(JSON.stringify([...subjectOf(req, res), key]));
    const checkKey: CheckKey = { keyHash, requestHash };
    const state = await store.claim(checkKey);
    if (state.kind === 'in_progress') throw new AppError('idempotency_in_progress');
    if (state.kind === 'reused') throw new AppError('idempotency_key_reused');
    if (state.kind === 'verified') {
      res.locals['verifiedBefore'] = state.verificationId;
      res.set(REPLAYED, 'true');
    } else {
      res.locals['checkKey'] = checkKey;
      releaseAfterFailure(res, checkKey, store, logger);
    }
    next();
  };
}

function subjectOf(req: Request, res: Response): (string | undefined)[] {
  const { verificationId, phoneNumber, country, purpose } = req.body as CheckSubject;
  const { applicationId } = scopeFor(callerOf(res));
  return [applicationId, verificationId, phoneNumber, country, purpose];
}

/** By the id of a verification, or by number and purpose. */
type CheckSubject = Partial<
  Record<'verificationId' | 'phoneNumber' | 'country' | 'purpose', string>
>;

/** Releases the key before the response leaves, so that the next check can use it. */
function releaseAfterFailure(
  res: Response,
  key: CheckKey,
  store: CheckKeyStore,
  logger: Logger,
): void {
  const send = res.send.bind(res);
  res.send = (body: unknown) => {
    res.send = send;
    if (res.statusCode === 200) return send(body);
    store
      .release(key)
      .catch((error: unknown) =>
        logger.error('idempotency.not_kept', {
          requestId: requestIdOf(res),
          ...errorFields(error),
        }),
      )
      .finally(() => send(body));
    return res;
  };
}
