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
import type { InfobipContext } from './context.js';
import { InfobipApiError, infobipErrorResponse, type InfobipErrorCode } from './errors.js';
import { throttle } from './limits.js';
import { parseApplication, parseTemplate, parseTemplateChange } from './requests.js';
import { resendPin, sendPin } from './send.js';
import { verificationStatus } from './status.js';
import { verifyPin } from './verify.js';

type Handler = (req: Request) => SimulatedResponse;
type Call = (operation: Operation, handle: Handler) => RequestHandler;

/** The Infobip 2FA API v2 under `/2fa/2`, without email. Accepts a trailing slash. */
export function infobip2faRouter(context: InfobipContext, faults: FaultPlan): Router {
  const call: Call = (operation, handle) => async (req, res) => {
    const { delayMs, errorShape } = context.settings.current;
    await respond(res, {
      fault: faults.take('infobip2fa', operation),
      delayMs,
      errorResponse: (errorCode) => infobipErrorResponse(errorCode, errorShape),
      handle: () => attempt(context, req, operation, handle),
    });
  };
  const api = Router({ caseSensitive: true });
  api.use(raw({ type: () => true, limit: '64kb', inflate: false }));
  addApplications(api, context, call);
  addTemplates(api, context, call);
  addPins(api, context, call);
  api.use(refuse(context, 40400), bodyError(context));

  const router = Router();
  router.use('/2fa/2', api);
  return router;
}

function addApplications(api: Router, context: InfobipContext, call: Call): void {
  const { applications } = context;
  const throttled = (quota: Parameters<typeof throttle>[1], answer: Handler) =>
    call('manage', (req) => {
      throttle(context, quota);
      return answer(req);
    });
  api
    .route('/applications')
    .get(throttled('list', () => ok(applications.list())))
    .post(
      throttled('create', (req) => ({
        status: 201,
        body: applications.create(parseApplication(bodyOf(req))),
      })),
    );
  api
    .route('/applications/:appId')
    .get(throttled('read', (req) => ok(applications.get(param(req, 'appId')))))
    .put(
      throttled('update', (req) => {
        const { omittedOnUpdate } = context.settings.current;
        const application = applications.get(param(req, 'appId'));
        const change = parseApplication(bodyOf(req));
        return ok(applications.update(application.applicationId, change, omittedOnUpdate));
      }),
    );
  api.get(
    '/applications/:appId/verifications',
    call('status', (req) => verificationStatus(context, param(req, 'appId'), req.query)),
  );
}

function addTemplates(api: Router, { applications, templates }: InfobipContext, call: Call): void {
  const applicationOf = (req: Request) => applications.get(param(req, 'appId')).applicationId;
  api
    .route('/applications/:appId/messages')
    .get(call('manage', (req) => ok(templates.of(applicationOf(req)))))
    .post(
      call('manage', (req) => {
        const applicationId = applicationOf(req);
        return ok(templates.create(applicationId, parseTemplate(bodyOf(req))));
      }),
    );
  api
    .route('/applications/:appId/messages/:msgId')
    .get(call('manage', (req) => ok(templates.get(applicationOf(req), param(req, 'msgId')))))
    .put(
      call('manage', (req) => {
        const template = templates.get(applicationOf(req), param(req, 'msgId'));
        const change = parseTemplateChange(bodyOf(req));
        return ok(templates.update(template.applicationId, template.messageId, change));
      }),
    );
}

function addPins(api: Router, context: InfobipContext, call: Call): void {
  // Anything but "false" means the default: one of Infobip's clients sends "undefined".
  const lookup = (req: Request) => req.query['ncNeeded'] !== 'false';
  api.post(
    '/pin',
    call('start', (req) => sendPin(context, 'sms', bodyOf(req), lookup(req))),
  );
  api.post(
    '/pin/voice',
    call('start', (req) => sendPin(context, 'voice', bodyOf(req), false)),
  );
  api.post(
    '/pin/:pinId/resend',
    call('resend', (req) => resendPin(context, 'sms', param(req, 'pinId'), bodyOf(req))),
  );
  api.post(
    '/pin/:pinId/resend/voice',
    call('resend', (req) => resendPin(context, 'voice', param(req, 'pinId'), bodyOf(req))),
  );
  api.post(
    '/pin/:pinId/verify',
    call('report', (req) => verifyPin(context, param(req, 'pinId'), bodyOf(req))),
  );
}

function attempt(
  context: InfobipContext,
  req: Request,
  operation: Operation,
  handle: Handler,
): SimulatedResponse {
  try {
    requireKey(context, req);
    if (operation === 'manage' && context.settings.current.keyScope === 'send') {
      throw new InfobipApiError(40300);
    }
    return handle(req);
  } catch (error) {
    if (!(error instanceof InfobipApiError)) throw error;
    const { errorCode, validationErrors, headers } = error;
    const { errorShape } = context.settings.current;
    return { ...infobipErrorResponse(errorCode, errorShape, validationErrors), headers };
  }
}

/** @throws InfobipApiError 40100 */
function requireKey({ apiKey }: InfobipContext, req: Request): void {
  if (req.get('authorization') !== `App ${apiKey}`) throw new InfobipApiError(40100);
}

/** Authenticates first, so that a caller without a key always gets 401. */
function refuse(context: InfobipContext, errorCode: InfobipErrorCode): RequestHandler {
  return async (req, res) => {
    await respondWithError(context, req, res, errorCode);
  };
}

function bodyError(context: InfobipContext): ErrorRequestHandler {
  return async (error: { status?: number }, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const isServerError = error.status === undefined || error.status >= 500;
    await respondWithError(context, req, res, isServerError ? 50000 : 40000);
  };
}

async function respondWithError(
  context: InfobipContext,
  req: Request,
  res: Response,
  errorCode: InfobipErrorCode,
): Promise<void> {
  const refusal: Handler = () => {
    throw new InfobipApiError(errorCode);
  };
  await respond(res, {
    fault: undefined,
    delayMs: 0,
    errorResponse: infobipErrorResponse,
    handle: () => attempt(context, req, 'status', refusal),
  });
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
