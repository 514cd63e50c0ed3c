import {
  raw,
  Router,
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { FaultPlan } from '../faults.js';
import { respond, type SimulatedResponse } from '../respond.js';
import type { Operation } from '../operations.js';
import { authenticate } from './authentication.js';
import type { SinchContext } from './context.js';
import { SinchApiError, sinchErrorResponse, type SinchErrorCode } from './errors.js';
import { reportById, reportByNumber } from './report.js';
import { startVerification } from './start.js';
import { statusResponse } from './status.js';
import { REPORTABLE_METHODS, type AuthenticationLevel } from './constants.js';

type Handler = (
  req: Request,
  level: AuthenticationLevel,
) => SimulatedResponse | Promise<SimulatedResponse>;

/** The Sinch Verification API v1 under `/verification/v1`. */
export function sinchVerificationRouter(context: SinchContext, faults: FaultPlan): Router {
  const { verifications } = context;
  const call = (operation: Operation, handle: Handler) =>
    handler(context, faults, operation, handle);
  const byMethodAndNumber: Handler = (req) => {
    const method = REPORTABLE_METHODS.find((one) => one === param(req, 'method').toLowerCase());
    return statusResponse(method && verifications.newest(param(req, 'endpoint'), method));
  };

  const api = Router({ caseSensitive: true });
  api.use(raw({ type: () => true, limit: '64kb', inflate: false }));
  api.post(
    '/verifications',
    call('start', (req, level) =>
      startVerification(context, {
        level,
        body: bodyOf(req),
        acceptLanguage: req.get('accept-language'),
      }),
    ),
  );
  api
    .route('/verifications/id/:id')
    .put(call('report', (req) => reportById(context, param(req, 'id'), bodyOf(req))))
    .get(call('status', (req) => statusResponse(verifications.byId(param(req, 'id')))));
  api.put(
    '/verifications/number/:endpoint',
    call('report', (req) => reportByNumber(context, param(req, 'endpoint'), bodyOf(req))),
  );
  api.get(
    '/verifications/reference/:reference',
    call('status', (req) => statusResponse(verifications.byReference(param(req, 'reference')))),
  );
  api.get('/verifications/:method/number/:endpoint', call('status', byMethodAndNumber));
  api.use(notFound, bodyError);

  const router = Router();
  router.use('/verification/v1', api);
  return router;
}

/**
 * `GET /simulator/seamless/{token}`: the address that a device opens over mobile data, which
 * verifies its number. 404 for an unknown or used address.
 */
export function seamlessRouter({ verifications, baseUrl }: SinchContext): Router {
  const router = Router();
  router.get('/simulator/seamless/:token', (req, res) => {
    const verification = verifications.pendingSeamless(`${baseUrl()}${req.path}`);
    if (!verification) {
      res.status(404).type('text/plain').send('Nothing to verify here.');
      return;
    }
    verifications.end(verification, 'SUCCESSFUL');
    res.type('text/plain').send('Verified.');
  });
  return router;
}

function handler(
  context: SinchContext,
  faults: FaultPlan,
  operation: Operation,
  handle: Handler,
): RequestHandler {
  return async (req, res) => {
    const { current: settings } = context.settings;
    await respond(res, {
      fault: faults.take('sinchVerification', operation),
      delayMs: settings.delayMs,
      errorResponse: sinchErrorResponse,
      handle: () => attempt(() => handle(req, levelOf(context, req))),
    });
  };
}

async function attempt(
  handle: () => SimulatedResponse | Promise<SimulatedResponse>,
): Promise<SimulatedResponse> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof SinchApiError) return sinchErrorResponse(error.errorCode, error.message);
    throw error;
  }
}

function levelOf(context: SinchContext, req: Request): AuthenticationLevel {
  const request = {
    method: req.method,
    path: req.originalUrl.split('?', 1)[0] ?? '',
    body: bodyOf(req),
    contentType: req.get('content-type') ?? '',
    authorization: req.get('authorization'),
    timestamp: req.get('x-timestamp'),
  };
  return authenticate(request, context.application, context.settings.current);
}

function bodyOf(req: Request): Buffer {
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}

function param(req: Request, name: string): string {
  const value = req.params[name];
  return typeof value === 'string' ? value : '';
}

const notFound: RequestHandler = async (_req, res) => {
  await refuse(res, 40400);
};

const bodyError: ErrorRequestHandler = async (error: { status?: number }, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  const isServerError = error.status === undefined || error.status >= 500;
  await refuse(res, isServerError ? 50000 : 40001);
};

async function refuse(res: Response, errorCode: SinchErrorCode): Promise<void> {
  await respond(res, {
    fault: undefined,
    delayMs: 0,
    errorResponse: sinchErrorResponse,
    handle: () => sinchErrorResponse(errorCode),
  });
}
