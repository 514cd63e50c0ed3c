import type { Application, RequestHandler } from 'express';
import { AppError } from '../errors/app-error.js';
import { jsonBody, optionalJsonBody } from '../middlewares/json-body.js';
import { rawBody } from '../middlewares/raw-body.js';
import { validateBody, validateParams } from '../middlewares/validate.js';
import type { Route } from './route.js';

/** What stands before handlers and keeps state of its own. */
export interface Guards {
  /** Takes a place for as long as the request is worked on. */
  admission: RequestHandler;
  idempotency: RequestHandler;
}

/**
 * Puts every route into the app: limits, body, schema, guards, handler. Another method on a known path is a 405.
 */
export function mountRoutes(app: Application, routes: readonly Route[], guards: Guards): void {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    for (const path of [route.path, ...(route.aliases ?? [])]) {
      methods.set(path, [...(methods.get(path) ?? []), ...allowedBy(route)]);
      app[route.method](path, named(path, route.path), ...chain(route, guards));
    }
  }
  for (const [path, allow] of methods) {
    app.all(path, named(path), (_req, _res, next) =>
      next(new AppError('method_not_allowed', { allow })),
    );
  }
}

function chain(route: Route, { admission, idempotency }: Guards): RequestHandler[] {
  return [
    ...(route.limits ?? []),
    ...(route.params ? [validateParams(route.params)] : []),
    ...bodyReader(route),
    // Not before the body is there: who sends it slowly would be judged by what was true long before it is acted on.
    ...(route.bearer ? [route.bearer] : []),
    ...(route.body && route.rawBody !== true ? [validateBody(route.body)] : []),
    // Not before the body is there: whoever sends it slowly would keep a place from somebody else. A callback never
    // waits: the request that has the place may itself be waiting for what the callback answers.
    ...(route.rawBody === true ? [] : [admission]),
    ...(route.idempotent === true ? [idempotency] : []),
    route.handle,
  ];
}

function bodyReader({ body, bodyOptional, rawBody: isRaw }: Route): RequestHandler[] {
  if (!body) return [];
  if (isRaw === true) return [rawBody];
  return [bodyOptional === true ? optionalJsonBody : jsonBody];
}

// Express answers HEAD wherever it answers GET.
function allowedBy(route: Route): string[] {
  return route.method === 'get' ? ['GET', 'HEAD'] : [route.method.toUpperCase()];
}

/** The template, for log and metrics: addresses as called can hold ids. */
function named(path: string, operation = path): RequestHandler {
  return (_req, res, next) => {
    res.locals['route'] = path;
    // Aliases are one operation: an Idempotency-Key given to one is known to the other.
    res.locals['operation'] = operation;
    next();
  };
}
