import { sizeOfSms } from '../../../domain/sms-encoding.js';
import type { SimulatedResponse } from '../respond.js';
import type { Batch } from './batches.js';
import type { SinchSmsContext } from './context.js';
import { SmsApiError } from './errors.js';
import { withoutPrefix } from './placeholders.js';
import { parseSend, type SendRequest } from './requests.js';
import { smsTimestamp } from './timestamps.js';

const MAX_LIFETIME_MS = 3 * 86_400_000;
const DRY_RUN_RECIPIENTS = { default: 100, max: 1000 };

/** Accepts a batch (`POST …/batches`): 201. */
export function sendBatch(
  context: SinchSmsContext,
  account: string,
  body: Buffer,
): SimulatedResponse {
  const request = checked(context, body);
  const batch = context.batches.add({ account, request, ...timesOf(request) });
  context.delivery.begin(batch);
  return { status: 201, body: batchBody(batch) };
}

/** Describes the messages of a batch without sending it (`POST …/batches/dry_run`): 200. */
export function dryRun(
  context: SinchSmsContext,
  body: Buffer,
  query: { per_recipient?: string; number_of_recipients?: string },
): SimulatedResponse {
  const request = checked(context, body);
  timesOf(request);
  const limit = Number(query.number_of_recipients ?? DRY_RUN_RECIPIENTS.default);
  if (!Number.isInteger(limit) || limit < 0 || limit > DRY_RUN_RECIPIENTS.max) {
    const message = "The parameter 'number_of_recipients' is out of range.";
    throw new SmsApiError('syntax_constraint_violation', message);
  }
  const messages = [...new Set(request.to.map(withoutPrefix))].map((recipient) => {
    const { text, parts } = context.delivery.prepare({ request }, recipient);
    const encoding = sizeOfSms(text).encoding === 'GSM-7' ? 'text' : 'unicode';
    return { recipient, number_of_parts: parts, body: text, encoding };
  });
  const answer = {
    number_of_recipients: messages.length,
    number_of_messages: messages.reduce((sum, message) => sum + message.number_of_parts, 0),
    ...(query.per_recipient === 'true' && { per_recipient: messages.slice(0, limit) }),
  };
  return { status: 200, body: answer };
}

/**
 * A batch as the API returns it: defaults filled in, numbers without plus, `client_reference` left
 * out because only reports return it.
 */
export function batchBody(batch: Batch) {
  const { client_reference: _reference, ...request } = batch.request;
  const { from } = request;
  return {
    ...request,
    id: batch.id,
    to: request.to.map(withoutPrefix),
    from: from === undefined ? undefined : from.replace(/^\+/, ''),
    canceled: batch.canceled,
    created_at: smsTimestamp(batch.createdAt),
    modified_at: smsTimestamp(batch.modifiedAt),
    send_at: request.send_at && smsTimestamp(request.send_at),
    expire_at: smsTimestamp(batch.expireAt),
  };
}

/** @throws SmsApiError for rules that the schema does not express */
function checked({ settings }: SinchSmsContext, body: Buffer): SendRequest {
  const request = parseSend(body);
  const { longestBody, defaultOriginator, callbackUrl } = settings.current;
  if (request.type !== 'mt_text') refuse('This simulator sends mt_text only.');
  if (request.body.length > longestBody) refuse("The parameter 'body' is too large.");
  if (request.from === undefined && defaultOriginator === null) {
    refuse("The required parameter 'from' is missing.");
  }
  if (request.to.some((to) => !/^\+?\d+$/.test(to))) throw new SmsApiError('unknown_group');
  const hasReceiver = request.callback_url !== undefined || callbackUrl !== null;
  if (request.delivery_report !== 'none' && !hasReceiver) {
    throw new SmsApiError('missing_callback_url');
  }
  return request;
}

/** A past `send_at` means now. A message lives at most 3 days, which is also the default. */
function timesOf(request: SendRequest): Pick<Batch, 'sendAt' | 'expireAt'> {
  const now = Date.now();
  const sendAt = Math.max(now, request.send_at?.getTime() ?? now);
  const expireAt = request.expire_at?.getTime() ?? sendAt + MAX_LIFETIME_MS;
  if (expireAt <= sendAt) refuse("The parameter 'expire_at' must be after 'send_at'.");
  if (expireAt > sendAt + MAX_LIFETIME_MS) {
    refuse("The parameter 'expire_at' must be at most 3 days after 'send_at'.");
  }
  return { sendAt: new Date(sendAt), expireAt: new Date(expireAt) };
}

function refuse(message: string): never {
  throw new SmsApiError('syntax_constraint_violation', message);
}
