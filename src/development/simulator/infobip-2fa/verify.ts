import type { SimulatedResponse } from '../respond.js';
import type { Configuration } from './applications.js';
import type { InfobipContext } from './context.js';
import { InfobipApiError } from './errors.js';
import { consumeVerifyLimit } from './limits.js';
import type { Pin } from './pins.js';
import { parseVerify } from './requests.js';
import { knownPin } from './send.js';
import type { InfobipSimulatorSettings } from './settings.js';

interface Verdict {
  verified: boolean;
  attemptsRemaining: number;
  pinError?: string;
}

type RefusalStyle = InfobipSimulatorSettings['expiredStyle' | 'repeatedStyle'];

/** Checks a PIN (`POST /2fa/2/pin/{pinId}/verify`). A wrong PIN also gets 200. */
export function verifyPin(context: InfobipContext, pinId: string, body: Buffer): SimulatedResponse {
  const claim = parseVerify(body).pin;
  const pin = knownPin(context, pinId);
  const application = context.applications.get(pin.applicationId);
  consumeVerifyLimit(context, application, pin.to);
  const verdict = judge(context, application.configuration, pin, claim);
  return { status: 200, body: { pinId, msisdn: pin.to, ...verdict } };
}

function judge(
  context: InfobipContext,
  configuration: Configuration,
  pin: Pin,
  claim: string,
): Verdict {
  const { expiredStyle, repeatedStyle } = context.settings.current;
  const remaining = Math.max(0, configuration.pinAttempts - pin.failedAttempts);
  if (pin.expiresAt <= Date.now()) return refuse(context, expiredStyle, remaining);
  if (pin.verifiedAt && !configuration.allowMultiplePinVerifications) {
    return refuse(context, repeatedStyle, remaining);
  }
  if (remaining === 0) return refuse(context, 'NO_MORE_PIN_ATTEMPTS', 0);
  if (claim !== pin.secret) return wrong(context, pin, remaining - 1);
  pin.verifiedAt = new Date();
  // Not the attempts left: every recorded success says 0.
  return { verified: true, attemptsRemaining: 0 };
}

function wrong({ settings }: InfobipContext, pin: Pin, remaining: number): Verdict {
  const { wrongPinError, lastWrongTry } = settings.current;
  pin.failedAttempts += 1;
  const pinError =
    remaining === 0 && lastWrongTry === 'NO_MORE_PIN_ATTEMPTS' ? lastWrongTry : wrongPinError;
  const verdict = { verified: false, attemptsRemaining: remaining };
  return pinError === null ? verdict : { ...verdict, pinError };
}

/** Refuses without comparing the PIN. */
function refuse(context: InfobipContext, style: RefusalStyle, remaining: number): Verdict {
  if (style === 'not-found') {
    throw new InfobipApiError(context.settings.current.unknownPin === 404 ? 40400 : 40000);
  }
  const attemptsRemaining = style === 'WRONG_PIN' ? remaining : 0;
  return { verified: false, attemptsRemaining, pinError: style };
}
