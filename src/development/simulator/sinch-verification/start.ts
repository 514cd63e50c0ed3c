import { randomUUID } from 'node:crypto';
import type { SimulatedResponse } from '../respond.js';
import type { CallbackOverrides, Verdict } from './callbacks.js';
import type { SinchContext } from './context.js';
import { SinchApiError } from './errors.js';
import { languageRanges } from './languages.js';
import { createPlan, type Plan } from './plans.js';
import { parseStart, type StartRequest } from './requests.js';
import type { AuthenticationLevel } from './constants.js';
import type { Verification } from './verifications.js';

export interface StartCall {
  body: Buffer;
  level: AuthenticationLevel;
  acceptLanguage: string | undefined;
}

/** Starts a verification (`POST /verification/v1/verifications`). */
export async function startVerification(
  context: SinchContext,
  call: StartCall,
): Promise<SimulatedResponse> {
  const request = parseStart(call.body);
  const languages = languageRanges(call.acceptLanguage);
  rejectRepeats(context, request);
  const { method, reference, custom } = request;
  const { endpoint } = request.identity;
  const verification = context.verifications.add({ method, endpoint, reference, custom });
  const verdict = await context.callbacks.ask(verification, languages);
  const overrides = overridesFrom(context, verification, verdict, call.level);
  const plan = createPlan({
    request,
    overrides,
    languages,
    settings: context.settings.current,
    id: verification.id,
    targetUri: `${context.baseUrl()}/simulator/seamless/${randomUUID()}`,
  });
  context.verifications.accept(verification, plan.code ?? plan.text, plan.lifetimeSeconds);
  deliver(context, verification, plan);
  return startResponse(context, verification, plan);
}

function rejectRepeats({ verifications, settings }: SinchContext, request: StartRequest): void {
  const { reference, identity } = request;
  if (reference !== undefined && verifications.byReference(reference)) {
    throw new SinchApiError(40900);
  }
  const earliest = Date.now() - settings.current.minimumIntervalSeconds * 1000;
  const isTooSoon = verifications
    .of(identity.endpoint)
    .some((other) => other.accepted && other.startedAt.getTime() > earliest);
  if (isTooSoon) throw new SinchApiError(42901);
}

function overridesFrom(
  { verifications, settings }: SinchContext,
  verification: Verification,
  verdict: Verdict,
  level: AuthenticationLevel,
): CallbackOverrides {
  if (verdict.kind === 'allowed') return verdict.overrides;
  if (verdict.kind === 'denied') {
    verifications.endWithReason(verification, 'Denied by callback');
    throw new SinchApiError(40303, 'Verification denied by callback.');
  }
  const tolerated =
    verdict.kind === 'unanswered' && settings.current.unansweredCallback === 'allow';
  if (tolerated && level !== 'public') return {};
  verifications.endWithReason(verification, 'Invalid callback');
  throw verdict.kind === 'unanswered' && level === 'public'
    ? new SinchApiError(40303, 'Callback did not approve the verification.')
    : new SinchApiError(42202);
}

function deliver(context: SinchContext, verification: Verification, plan: Plan): void {
  const { endWith, deliveryResult } = context.settings.current;
  if (endWith !== null) {
    context.verifications.endWithReason(verification, endWith);
    return;
  }
  const receipt = verification.method === 'sms' ? deliveryResult : 'none';
  if (receipt !== 'Failed') {
    context.inbox.add({
      to: verification.endpoint,
      channel: plan.channel,
      text: plan.text,
      code: plan.code,
    });
  }
  if (receipt !== 'none') context.callbacks.reportDelivery(verification, receipt);
  if (receipt === 'Failed')
    context.verifications.endWithReason(verification, 'SMS delivery failure');
}

function startResponse(
  context: SinchContext,
  verification: Verification,
  plan: Plan,
): SimulatedResponse {
  const { id, method } = verification;
  const href = `${context.baseUrl()}/verification/v1/verifications/id/${id}`;
  const links = [
    { rel: 'status', href, method: 'GET' },
    { rel: 'report', href, method: 'PUT' },
  ];
  return {
    status: 200,
    headers: plan.language === undefined ? {} : { 'Content-Language': plan.language },
    body: { id, method, ...plan.details, _links: links },
  };
}
