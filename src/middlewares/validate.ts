import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { AppError, type InputFault } from '../errors/app-error.js';

/** Replaces `req.body` by the parsed body. Each error is returned with its JSON pointer. */
export function validateBody(schema: z.ZodType): RequestHandler {
  return (req, _res, next) => {
    const body: unknown = req.body;
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      next(invalidRequest(parsed.error));
      return;
    }
    req.body = parsed.data;
    next();
  };
}

/** Validates path parameters. A malformed id gets the same response as an unknown one. */
export function validateParams(schema: z.ZodType): RequestHandler {
  return (req, _res, next) => {
    const parsed = schema.safeParse(req.params);
    next(parsed.success ? undefined : new AppError('verification_not_found'));
  };
}

function invalidRequest(error: z.ZodError): AppError {
  const errors = error.issues.flatMap(toFaults).slice(0, 20);
  return new AppError('invalid_request', { extras: { errors } });
}

function toFaults(issue: z.core.$ZodIssue): InputFault[] {
  if (issue.code === 'unrecognized_keys') {
    return [{ pointer: pointerTo(issue.path), message: 'contains an unknown key' }];
  }
  return [{ pointer: pointerTo(issue.path), message: issue.message }];
}

/** JSON pointer (RFC 6901): escapes `~` and `/`. The empty pointer is the whole body. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
