import { randomUUID } from 'node:crypto';
import type { SimulatedResponse } from '../respond.js';
import type { Application } from './applications.js';
import type { InfobipContext } from './context.js';
import { InfobipApiError } from './errors.js';
import { consumeSendLimit } from './limits.js';
import { randomPin, type Pin } from './pins.js';
import { readDuration } from './rate-limiter.js';
import { parseResend, parseSend, type ResendRequest, type SendRequest } from './requests.js';
import { render, type Template } from './templates.js';
import type { PinChannel } from './constants.js';

interface Delivery {
  pin: Pin;
  channel: PinChannel;
  template: Template;
  request: ResendRequest;
  lookup: boolean;
  /** False when a limit withholds the message. */
  allowed: boolean;
}

/** Creates a PIN and sends it (`POST /2fa/2/pin` and `POST /2fa/2/pin/voice`). */
export function sendPin(
  context: InfobipContext,
  channel: PinChannel,
  body: Buffer,
  lookup: boolean,
): SimulatedResponse {
  const request = parseSend(body);
  const { application, template } = targetOf(context, request);
  const to = request.to.replace('+', '');
  const allowed = consumeSendLimit(context, application, to);
  const pin = context.pins.add({
    applicationId: application.applicationId,
    messageId: template.messageId,
    to,
    secret: randomPin(template.pinLength, template.pinType),
    expiresAt: expiryOf(application),
  });
  return deliver(context, { pin, channel, template, request, lookup, allowed });
}

/** Sends the same PIN again (`POST /2fa/2/pin/{pinId}/resend` and `…/resend/voice`). */
export function resendPin(
  context: InfobipContext,
  channel: PinChannel,
  pinId: string,
  body: Buffer,
): SimulatedResponse {
  const request = parseResend(body);
  const pin = knownPin(context, pinId);
  const application = context.applications.get(pin.applicationId);
  const template = context.templates.get(pin.applicationId, pin.messageId);
  const allowed = consumeSendLimit(context, application, pin.to);
  const { resendRenews, resendPinId } = context.settings.current;
  if (resendRenews === 'lifetime' || resendRenews === 'both') pin.expiresAt = expiryOf(application);
  if (resendRenews === 'attempts' || resendRenews === 'both') pin.failedAttempts = 0;
  if (resendPinId === 'new') context.pins.rename(pin);
  return deliver(context, { pin, channel, template, request, lookup: true, allowed });
}

/** @throws InfobipApiError when the PIN is unknown. */
export function knownPin({ pins, settings }: InfobipContext, pinId: string): Pin {
  const pin = pins.find(pinId);
  if (!pin) throw new InfobipApiError(settings.current.unknownPin === 404 ? 40400 : 40000);
  return pin;
}

function targetOf(context: InfobipContext, { applicationId, messageId }: SendRequest) {
  const application = context.applications.find(applicationId);
  const template = context.templates.find(applicationId, messageId);
  if (application?.enabled === true && template) return { application, template };
  throw new InfobipApiError(context.settings.current.unknownTarget === 404 ? 40400 : 40000);
}

function expiryOf({ configuration }: Application): number {
  return Date.now() + (readDuration(configuration.pinTimeToLive) ?? 0);
}

function deliver(context: InfobipContext, delivery: Delivery): SimulatedResponse {
  const { pin, channel, template, request } = delivery;
  const { status, sent } = channel === 'sms' ? sms(context, delivery) : call(context, delivery);
  if (sent) {
    const spoken = channel === 'voice' ? Array.from(pin.secret).join(' ') : pin.secret;
    const text = render(template.messageText, spoken, request.placeholders ?? {});
    context.inbox.add({ to: `+${pin.to}`, channel, text, code: pin.secret });
    pin.sentAt = new Date();
  }
  const tracking = request.trackDelivery === true ? { externalMessageId: randomUUID() } : {};
  return { status: 200, body: { pinId: pin.pinId, to: pin.to, ...status, ...tracking } };
}

function sms({ settings }: InfobipContext, { lookup, allowed }: Delivery) {
  const { smsStatus, ncStatus, ncStatusWithoutLookup } = settings.current;
  const found = lookup ? ncStatus : ncStatusWithoutLookup;
  const sent = allowed && smsStatus === 'MESSAGE_SENT' && found !== 'NC_DESTINATION_NOT_REACHABLE';
  const status = {
    ...(found !== 'absent' && { ncStatus: found }),
    smsStatus: sent ? 'MESSAGE_SENT' : 'MESSAGE_NOT_SENT',
  };
  return { status, sent };
}

function call({ settings }: InfobipContext, { allowed }: Delivery) {
  const { callStatus } = settings.current;
  const status = { callStatus: allowed ? callStatus : 'REJECTED_FLOODING_FILTER' };
  return { status, sent: !/^(REJECTED|UNDELIVERABLE)/.test(status.callStatus) };
}
