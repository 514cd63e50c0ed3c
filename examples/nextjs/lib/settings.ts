import 'server-only';

/** Without a trailing slash. */
const url = (text: string): string => text.replace(/\/+$/, '');

export const settings = {
  /** URL of the service, as this server reaches it. */
  serviceUrl: url(process.env.PROOFLINE_URL ?? 'http://127.0.0.1:3000'),
  /** Secret key of this app's application. Without it the service must run with `CALLERS=open`. */
  secretKey: process.env.PROOFLINE_SECRET_KEY || undefined,
  /** URL of the simulator's inbox; unset with real messages. */
  simulatorUrl: process.env.SIMULATOR_URL ? url(process.env.SIMULATOR_URL) : undefined,
  /** The service's `PROOF_ISSUER` and `PROOF_AUDIENCE`. */
  issuer: process.env.PROOF_ISSUER ?? 'proofline',
  audience: process.env.PROOF_AUDIENCE ?? 'proofline',
  /** The service's `SESSION_IDLE_SECONDS`. */
  idleSeconds: Number(process.env.SESSION_IDLE_SECONDS || 3600),
  /** Whether users reach the app over TLS: cookies are then `Secure` and named `__Host-…`. */
  isSecure: (process.env.APP_URL ?? '').startsWith('https://'),
};
