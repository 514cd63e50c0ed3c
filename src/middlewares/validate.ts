import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { faultMessage } from '../domain/fault-message.js';
import { AppError, type InputFault } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/error-catalogue.js';

/** Replaces `req.body` by the parsed body. Each error is returned with its JSON pointer. */
export function validateBody(schema: z.ZodType): RequestHandler {
  return (req, _res, next) => {
    const body: unknown = req.body;
    const parsed = schema.safeParse(body, { error: faultMessage });
    const faults = parsed.success ? faultyTexts(parsed.data) : faultsOf(parsed.error, 'field');
    if (parsed.success && faults.length === 0) req.body = parsed.data;
    next(faults.length === 0 ? undefined : invalidRequest(faults));
  };
}

/** Validates path parameters. A malformed id gets the response of an unknown one, `unknown`. */
export function validateParams(schema: z.ZodType, unknown: ErrorCode): RequestHandler {
  return (req, res, next) => {
    const parsed = schema.safeParse(req.params);
    res.locals['params'] = parsed.data;
    next(parsed.success ? undefined : new AppError(unknown));
  };
}

/** Validates the query, and sets `res.locals.query`. A repeated parameter is an array, which no schema takes. */
export function validateQuery(schema: z.ZodType): RequestHandler {
  return (req, res, next) => {
    const parsed = schema.safeParse({ ...req.query }, { error: faultMessage });
    const faults = parsed.success ? faultyTexts(parsed.data) : faultsOf(parsed.error, 'parameter');
    res.locals['query'] = parsed.data;
    next(faults.length === 0 ? undefined : invalidRequest(faults));
  };
}

type InputKind = 'field' | 'parameter';

const MAX_FAULTS = 20;
// Anything else is not repeated: it may be a number or a code in the wrong place.
const FIELD_NAME = /^(?!.*[0-9]{4})[A-Za-z][\w.-]{0,63}$/;

// Postgres stores no null characters, and UTF-8 has no halves of surrogate pairs.
const UNSTORABLE = /\0|\p{Cs}/u;

function faultyTexts(value: unknown, path: readonly string[] = []): InputFault[] {
  if (typeof value === 'string')
    return UNSTORABLE.test(value)
      ? [{ pointer: pointerTo(path), message: 'must be text without null characters' }]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    UNSTORABLE.test(key) ? faultyTexts(key, path) : faultyTexts(inner, [...path, key]),
  );
}

function faultsOf(error: z.ZodError, kind: InputKind): InputFault[] {
  return error.issues.flatMap((issue) => toFaults(issue, kind));
}

/** One error per field: the first, because the others often follow from it. */
function invalidRequest(all: readonly InputFault[]): AppError {
  const faults = new Map<string, InputFault>();
  for (const fault of all) {
    if (!faults.has(fault.pointer)) faults.set(fault.pointer, fault);
  }
  const errors = [...faults.values()].slice(0, MAX_FAULTS);
  return new AppError('invalid_request', { extras: { errors } });
}

function toFaults(issue: z.core.$ZodIssue, kind: InputKind): InputFault[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ pointer: pointerTo(issue.path), message: issue.message }];
  }
  return issue.keys.map((key) =>
    FIELD_NAME.test(key)
      ? { pointer: pointerTo([...issue.path, key]), message: `is not a known ${kind}` }
      : { pointer: pointerTo(issue.path), message: `contains an unknown ${kind}` },
  );
}

/** JSON pointer (RFC 6901): escapes `~` and `/`. The empty pointer is the whole body. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
