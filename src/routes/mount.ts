import type { IRouter, RequestHandler, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/error-catalogue.js';
import { callerOf, type CallerGuards } from '../middlewares/caller.js';
import { jsonBody, optionalJsonBody } from '../middlewares/json-body.js';
import { rawBody } from '../middlewares/raw-body.js';
import { validateBody, validateParams, validateQuery } from '../middlewares/validate.js';
import type { Route } from './route.js';

export interface Guards {
  callers: CallerGuards;
  admission: RequestHandler;
  idempotency: Record<NonNullable<Route['idempotent']>, RequestHandler>;
}

/**
 * Mounts every route: caller, limits, body, validation, guards, handler. Any other method is a 405.
 */
export function mountRoutes(router: IRouter, routes: readonly Route[], guards: Guards): void {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    for (const { path } of [route, ...(route.aliases ?? [])]) {
      methods.set(path, [...(methods.get(path) ?? []), ...allowedBy(route)]);
      router[route.method](path, routeLabel(path, route.path), ...chain(route, guards));
    }
  }
  for (const [path, allow] of methods) {
    router.all(path, routeLabel(path), (_req, _res, next) =>
      next(new AppError('method_not_allowed', { allow })),
    );
  }
}

function chain(route: Route, { callers, admission, idempotency }: Guards): RequestHandler[] {
  return [
    ...(route.callers === 'anyone' ? [] : [callers.admit(route.operationId, route.callers)]),
    ...(route.limits ?? []).map((limit) => onlyFor(isNotBackend, limit)),
    ...(route.params ? [validateParams(route.params, unknownOf(route))] : []),
    ...(route.query ? [validateQuery(route.query)] : []),
    ...bodyReader(route),
    // After the body has arrived: a session may end while a client sends slowly.
    ...(route.bearer ? [route.bearer] : []),
    ...(route.body && route.rawBody !== true ? [validateBody(route.body)] : []),
    ...(route.rights ? [callers.permit(route.rights)] : []),
    // The limits of a backend count for the address in its body.
    ...(route.limits ?? []).map((limit) => onlyFor(isBackend, limit)),
    // After the body, so that slow clients do not hold a place. Callbacks bypass admission: a request that
    // holds a place may be waiting for one.
    ...(route.rawBody === true ? [] : [admission]),
    ...(route.idempotent ? [idempotency[route.idempotent]] : []),
    route.handle,
  ];
}

/** Of the errors of a route, that of an unknown id. */
function unknownOf({ errors }: Route): ErrorCode {
  return errors.find((code) => code.endsWith('not_found')) ?? 'not_found';
}

const isBackend = (res: Response): boolean => callerOf(res).kind === 'secret';
const isNotBackend = (res: Response): boolean => !isBackend(res);

function onlyFor(applies: (res: Response) => boolean, handler: RequestHandler): RequestHandler {
  return (req, res, next) => (applies(res) ? handler(req, res, next) : next());
}

function bodyReader({ body, bodyOptional, rawBody: isRaw }: Route): RequestHandler[] {
  if (!body) return [];
  if (isRaw === true) return [rawBody];
  return [bodyOptional === true ? optionalJsonBody : jsonBody];
}

// Express also handles HEAD for every GET route.
function allowedBy(route: Route): string[] {
  return route.method === 'get' ? ['GET', 'HEAD'] : [route.method.toUpperCase()];
}

/** Sets the path template for logs and metrics: actual paths can contain ids. */
function routeLabel(path: string, operation = path): RequestHandler {
  return (_req, res, next) => {
    res.locals['route'] = path;
    // Aliases share one operation, so an Idempotency-Key is valid for all of them.
    res.locals['operation'] = operation;
    next();
  };
}
