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
import type { SinchSmsContext } from './context.js';
import { SmsApiError, SmsStatusError, responseOf, smsErrorResponse } from './errors.js';
import { deliveryReport, findBatch, listBatches, recipientDeliveryReport } from './lookup.js';
import { batchBody, dryRun, sendBatch } from './send.js';
import { tokenResponse } from './token-endpoint.js';

type Handler = (req: Request, account: string) => SimulatedResponse;
type Call = (operation: Operation, handle: Handler) => RequestHandler;

/** The Sinch SMS API under `/xms/v1/{plan or project}`, and `/oauth2/token` for the project. */
export function sinchSmsRouter(context: SinchSmsContext, faults: FaultPlan): Router {
  const answer = async (res: Response, operation: Operation, handle: () => SimulatedResponse) => {
    await respond(res, {
      fault: faults.take('sinchSms', operation),
      delayMs: context.settings.current.delayMs,
      errorResponse: smsErrorResponse,
      handle: () => attempt(handle),
    });
  };
  const call: Call = (operation, handle) => async (req, res) => {
    await answer(res, operation, () => handle(req, accountOf(context, req)));
  };
  const router = Router({ caseSensitive: true });
  const bytes = raw({ type: () => true, limit: '256kb', inflate: false });
  router.use(['/xms/v1', '/oauth2/token'], bytes);
  router.post('/oauth2/token', async (req, res) => {
    await answer(res, 'token', () => tokenResponse(context, tokenCallOf(req)));
  });
  addBatches(router, context, call);
  addReports(router, context, call);
  router.use('/xms/v1/:account', call('status', notFound));
  router.use(['/xms/v1', '/oauth2/token'], bodyError);
  return router;
}

function addBatches(router: Router, context: SinchSmsContext, call: Call): void {
  router
    .route('/xms/v1/:account/batches')
    .post(call('start', (req, account) => sendBatch(context, account, jsonOf(req))))
    .get(call('status', (req, account) => listBatches(context, account, req.query)))
    .all(call('status', methodNotAllowed));
  router
    .route('/xms/v1/:account/batches/dry_run')
    .post(call('manage', (req) => dryRun(context, jsonOf(req), req.query)))
    .all(call('status', methodNotAllowed));
  router
    .route('/xms/v1/:account/batches/:id')
    .get(call('status', (req, account) => ok(batchBody(batchOf(context, account, req)))))
    .delete(
      call('manage', (req, account) => {
        const batch = batchOf(context, account, req);
        context.delivery.cancel(batch);
        return ok(batchBody(batch));
      }),
    )
    .all(call('status', methodNotAllowed));
}

function addReports(router: Router, context: SinchSmsContext, call: Call): void {
  router
    .route('/xms/v1/:account/batches/:id/delivery_report')
    .get(
      call('status', (req, account) => deliveryReport(batchOf(context, account, req), req.query)),
    )
    .all(call('status', methodNotAllowed));
  router
    .route('/xms/v1/:account/batches/:id/delivery_report/:msisdn')
    .get(
      call('status', (req, account) => {
        const batch = batchOf(context, account, req);
        return recipientDeliveryReport(context, batch, param(req, 'msisdn'));
      }),
    )
    .all(call('status', methodNotAllowed));
}

function attempt(handle: () => SimulatedResponse): SimulatedResponse {
  try {
    return handle();
  } catch (error) {
    return responseOf(error);
  }
}

/** Authenticates first, so that a caller without a token always gets 401. */
function accountOf({ accounts, tokens }: SinchSmsContext, req: Request): string {
  const account = param(req, 'account');
  authenticate(account, req.get('authorization'), accounts, tokens);
  return account;
}

const notFound: Handler = () => {
  throw new SmsStatusError(404);
};

const methodNotAllowed: Handler = () => {
  throw new SmsStatusError(405);
};

const bodyError: ErrorRequestHandler = async (error: { status?: number }, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  const isServerError = error.status === undefined || error.status >= 500;
  const refusal = isServerError ? new SmsStatusError(500) : new SmsApiError('syntax_invalid_json');
  await respond(res, {
    fault: undefined,
    delayMs: 0,
    errorResponse: smsErrorResponse,
    handle: () => responseOf(refusal),
  });
};

function batchOf(context: SinchSmsContext, account: string, req: Request) {
  return findBatch(context, account, param(req, 'id'));
}

/** @throws SmsStatusError 415 */
function jsonOf(req: Request): Buffer {
  if (!/^application\/json\b/i.test(req.get('content-type') ?? '')) throw new SmsStatusError(415);
  return bodyOf(req);
}

function tokenCallOf(req: Request) {
  const contentType = req.get('content-type') ?? '';
  return { authorization: req.get('authorization'), contentType, body: bodyOf(req) };
}

function ok(body: unknown): SimulatedResponse {
  return { status: 200, body };
}

function bodyOf(req: Request): Buffer {
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
}

function param(req: Request, name: string): string {
  const value = req.params[name];
  return typeof value === 'string' ? value : '';
}
