import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import { isKeyLike, KEY_HEADER } from '../domain/api-key.js';
import {
  STRANGER,
  type ApplicationCaller,
  type Caller,
  type CallerKind,
} from '../domain/caller.js';
import type { Right } from '../domain/rights.js';
import { AppError } from '../errors/app-error.js';

export interface CallerDirectory {
  /** The caller with this key; undefined unless the key is in force. */
  identify(key: string): Promise<Caller | undefined>;
  /** The caller of a request without a key. */
  stranger(): Promise<ApplicationCaller>;
}

export interface CallerRules {
  /** Whether requests without a key are served. */
  isOpen: boolean;
  isDevelopment: boolean;
}

/** The middlewares that decide who may send a request. */
export interface CallerGuards {
  /** Sets `res.locals.caller`, and refuses callers that the operation does not serve. */
  admit(operationId: string, callers: readonly CallerKind[]): RequestHandler;
  /** Refuses bodies that use a right which the caller lacks. Runs after the body is validated. */
  permit(rights: readonly Right[]): RequestHandler;
}

const MAX_KEY_LENGTH = 200;
/** More than a look-up takes, which waits at most 100 ms for its statement. */
const REFUSAL_STEP_MS = 250;

/** Who sent this request. */
export function callerOf(res: Response): Caller {
  return (res.locals['caller'] as Caller | undefined) ?? STRANGER;
}

export function callerGuards(directory: CallerDirectory, rules: CallerRules): CallerGuards {
  const identify = async (req: Request, res: Response): Promise<Caller> => {
    const startedAt = performance.now();
    const key = keyOf(req);
    if (key === undefined && rules.isOpen) return directory.stranger();
    const caller =
      key !== undefined && key.length <= MAX_KEY_LENGTH ? await directory.identify(key) : undefined;
    if (caller) return caller;
    // All refusals take the same time, whether the key was looked up or not.
    const passedMs = performance.now() - startedAt;
    await sleep(Math.ceil(passedMs / REFUSAL_STEP_MS) * REFUSAL_STEP_MS - passedMs);
    res.set('WWW-Authenticate', 'Bearer');
    throw new AppError('key_invalid');
  };
  return {
    admit: (operationId, callers) => async (req, res, next) => {
      const caller = await identify(req, res);
      if (caller.kind === 'publishable') requireOrigin(req, caller);
      if (!callers.includes(caller.kind)) throw notPermitted(caller, operationId);
      res.locals['caller'] = caller;
      next();
    },
    permit: (rights) => (req, res, next) => {
      const caller = callerOf(res);
      const body = req.body as Readonly<Record<string, unknown>>;
      const lacking = rights.find((right) => right.isUsedBy(body) && !has(caller, right, rules));
      next(lacking && notPermitted(caller, lacking.name));
    },
  };
}

/** The key in a header of its own, or in `Authorization`, which may hold an access token instead. */
function keyOf(req: Request): string | undefined {
  const key = req.get(KEY_HEADER) ?? req.get('authorization')?.replace(/^Bearer +/i, '') ?? '';
  return isKeyLike(key) || req.get(KEY_HEADER) !== undefined ? key : undefined;
}

function requireOrigin(req: Request, { settings }: ApplicationCaller): void {
  const origin = req.get('origin');
  if (origin === undefined || !(settings?.origins ?? []).includes(origin)) {
    throw new AppError('origin_not_allowed');
  }
}

function has({ kind }: Caller, right: Right, { isDevelopment }: CallerRules): boolean {
  return right.callers.includes(kind) || (isDevelopment && right.inDevelopment.includes(kind));
}

function notPermitted({ kind }: Caller, right: string): AppError {
  const who = kind === 'stranger' ? 'A request without a key' : `A key of the kind ${kind}`;
  const detail = `${who} lacks the right in \`right\`.`;
  return new AppError('not_permitted', { detail, extras: { right } });
}
