import { Secret, TOTP } from 'otpauth';
import { encodeQR } from 'qr';

const STEP_SECONDS = 30;
/** 160 bits, as recommended by RFC 4226, requirement R6. */
const SECRET_BYTES = 20;

/** The secret for an authenticator app, in three forms. */
export interface Enrolment {
  /** Base32, for typing. */
  secret: string;
  otpauthUrl: string;
  /** `otpauthUrl` as a QR code. */
  qrSvg: string;
}

/** Creates a secret. @param label account name in the app, shown with the brand */
export function newEnrolment(brand: string, label: string): Enrolment {
  const totp = timer(new Secret({ size: SECRET_BYTES }), brand, label);
  const otpauthUrl = totp.toString();
  return { secret: totp.secret.base32, otpauthUrl, qrSvg: toQrSvg(otpauthUrl) };
}

/**
 * The time step of a valid code, or undefined (RFC 6238, section 5.2). Refuses future steps, unlike the
 * library.
 * @param seconds Unix time by the database's clock
 * @param stepsBack how many earlier steps are accepted
 */
export function stepOf(
  secret: string,
  code: string,
  seconds: number,
  stepsBack: number,
): number | undefined {
  // The library throws on other input.
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const totp = timer(Secret.fromBase32(secret));
  const delta = totp.validate({ token: code, timestamp: seconds * 1000, window: stepsBack });
  if (delta === null || delta > 0) return undefined;
  return Math.floor(seconds / STEP_SECONDS) + delta;
}

function timer(secret: Secret, issuer = '', label = ''): TOTP {
  return new TOTP({ issuer, label, secret, algorithm: 'SHA1', digits: 6, period: STEP_SECONDS });
}

/** Adds a white background: the code is unreadable on a dark page. */
function toQrSvg(text: string): string {
  const svg = encodeQR(text, 'svg', { ecc: 'medium' });
  return svg.replace('>', '><rect width="100%" height="100%" fill="#fff"/>');
}
