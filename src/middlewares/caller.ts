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
    if (key === undefined && rules.isOpen && !hasMisplacedKey(req)) return directory.stranger();
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
      if (!callers.includes(caller.kind)) throw notPermitted(caller, operationId, callers);
      res.locals['caller'] = caller;
      next();
    },
    permit: (rights) => (req, res, next) => {
      const caller = callerOf(res);
      const body = req.body as Readonly<Record<string, unknown>>;
      const lacking = rights.find((right) => right.isUsedBy(body) && !has(caller, right, rules));
      next(lacking && notPermitted(caller, lacking.name, lacking.callers));
    },
  };
}

/** The key in a header of its own, or in `Authorization`, which may hold an access token instead. */
function keyOf(req: Request): string | undefined {
  const key = req.get(KEY_HEADER) ?? req.get('authorization')?.replace(/^Bearer +/i, '') ?? '';
  return isKeyLike(key) || req.get(KEY_HEADER) !== undefined ? key : undefined;
}

/** A key where other services expect it. As a stranger's, its request would belong to another application. */
function hasMisplacedKey(req: Request): boolean {
  const [, basic = ''] = /^Basic +(.+)$/i.exec(req.get('authorization') ?? '') ?? [];
  const user = Buffer.from(basic, 'base64').toString();
  return isKeyLike(user) || isKeyLike(req.get('x-api-key') ?? '');
}

function requireOrigin(req: Request, { settings }: ApplicationCaller): void {
  const origin = originOf(req);
  if (origin === undefined || !(settings?.origins ?? []).includes(origin)) {
    throw new AppError('origin_not_allowed');
  }
}

/** Browsers send no `Origin` with a GET to the origin of the page itself. */
function originOf(req: Request): string | undefined {
  const isOwn = req.get('origin') === undefined && req.get('sec-fetch-site') === 'same-origin';
  return isOwn ? `${req.protocol}://${req.host}` : req.get('origin');
}

function has({ kind }: Caller, right: Right, { isDevelopment }: CallerRules): boolean {
  return right.callers.includes(kind) || (isDevelopment && right.inDevelopment.includes(kind));
}

function notPermitted({ kind }: Caller, right: string, permitted: readonly CallerKind[]): AppError {
  const kinds = permitted.filter((each) => each !== 'stranger').join(' or ');
  const given = kind === 'stranger' ? 'has no key' : `has a key of the kind ${kind}`;
  const detail = `The right in \`right\` needs a key of the kind ${kinds}. This request ${given}.`;
  return new AppError('not_permitted', { detail, extras: { right } });
}
