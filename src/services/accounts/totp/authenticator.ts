import { Secret, TOTP } from 'otpauth';
import { encodeQR } from 'qr';

const STEP_SECONDS = 30;
/** 160 bits, as RFC 4226, requirement R6, recommends. */
const SECRET_BYTES = 20;

/** What an authenticator app is given, in three forms. */
export interface Enrolment {
  /** Base 32, for typing. */
  secret: string;
  otpauthUrl: string;
  /** The same address as a picture. */
  qrSvg: string;
}

/** A new secret. @param label what the app shows it under, besides the name of the service */
export function newEnrolment(brand: string, label: string): Enrolment {
  const totp = timer(new Secret({ size: SECRET_BYTES }), brand, label);
  const otpauthUrl = totp.toString();
  return { secret: totp.secret.base32, otpauthUrl, qrSvg: drawn(otpauthUrl) };
}

/**
 * The time step that the code is from; undefined when it is from none that counts. Never a step of the future, which the
 * library would take (RFC 6238, section 5.2).
 * @param code six ASCII digits; the library takes arrays and throws on other digits, so nothing else may get here
 * @param seconds since 1970 by the clock of the database; a client's clock is nobody's business
 */
export function stepOf(
  secret: string,
  code: string,
  seconds: number,
  stepsBack: number,
): number | undefined {
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const totp = timer(Secret.fromBase32(secret));
  const delta = totp.validate({ token: code, timestamp: seconds * 1000, window: stepsBack });
  if (delta === null || delta > 0) return undefined;
  return Math.floor(seconds / STEP_SECONDS) + delta;
}

function timer(secret: Secret, issuer = '', label = ''): TOTP {
  return new TOTP({ issuer, label, secret, algorithm: 'SHA1', digits: 6, period: STEP_SECONDS });
}

/** Black on white wherever it is shown: a dark page would make it unreadable. */
function drawn(text: string): string {
  const svg = encodeQR(text, 'svg', { ecc: 'medium' });
  return svg.replace('>', '><rect width="100%" height="100%" fill="#fff"/>');
}
