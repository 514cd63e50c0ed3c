import type { SimulatedResponse } from '../respond.js';
import type { SinchContext } from './context.js';
import { SinchApiError } from './errors.js';
import { parseReport, type ReportRequest } from './requests.js';
import type { Reason, Status } from './constants.js';
import type { Verification } from './verifications.js';

/** Checks a code or caller's number (`PUT …/verifications/id/{id}`). */
export function reportById(context: SinchContext, id: string, body: Buffer): SimulatedResponse {
  const report = parseReport(body);
  return judge(context, context.verifications.byId(id), report);
}

/** Checks a code or caller's number (`PUT …/verifications/number/{endpoint}`). */
export function reportByNumber(
  context: SinchContext,
  endpoint: string,
  body: Buffer,
): SimulatedResponse {
  const report = parseReport(body);
  return judge(context, context.verifications.newest(endpoint, report.method), report);
}

function judge(
  context: SinchContext,
  verification: Verification | undefined,
  report: ReportRequest,
): SimulatedResponse {
  if (!verification) throw new SinchApiError(40400);
  if (verification.status !== 'PENDING') return endedResponse(context, verification);
  if (verification.method !== report.method || !verification.accepted) {
    throw new SinchApiError(40003);
  }
  verification.source = report.source ?? 'manual';
  if (report.value === verification.secret) {
    context.verifications.end(verification, 'SUCCESSFUL');
    return reportResponse(verification, 'SUCCESSFUL');
  }
  return wrongCodeResponse(context, verification);
}

function wrongCodeResponse({ verifications, settings }: SinchContext, verification: Verification) {
  const reason: Reason = verification.method === 'flashcall' ? 'Invalid CLI' : 'Invalid code';
  verification.wrongReports += 1;
  if (verification.wrongReports >= settings.current.tries) {
    verifications.endWithReason(verification, reason);
  }
  if (settings.current.wrongCodeStyle === 'error') throw new SinchApiError(40003);
  return reportResponse(verification, 'FAIL', reason);
}

function endedResponse({ settings }: SinchContext, verification: Verification): SimulatedResponse {
  const { endedReportStyle } = settings.current;
  if (endedReportStyle === 'invalid') throw new SinchApiError(40003);
  if (endedReportStyle === 'not-found') throw new SinchApiError(40400);
  if (verification.status === 'SUCCESSFUL') return reportResponse(verification, 'FAIL', 'Expired');
  return reportResponse(verification, verification.status, verification.reason);
}

function reportResponse(
  verification: Verification,
  status: Status,
  reason?: Reason,
): SimulatedResponse {
  const { id, method, reference } = verification;
  const isCall = method === 'flashcall' || method === 'callout';
  const callComplete = isCall ? true : undefined;
  return { status: 200, body: { id, method, status, reason, reference, callComplete } };
}
