import 'server-only';

/** What the environment says, in one place. Without a trailing slash. */
const url = (text: string): string => text.replace(/\/+$/, '');

export const settings = {
  /** Where the service is, as this server reaches it. */
  serviceUrl: url(process.env.PROOFLINE_URL ?? 'http://127.0.0.1:3000'),
  /** Where simulated messages can be read; unset where messages are real. */
  simulatorUrl: process.env.SIMULATOR_URL ? url(process.env.SIMULATOR_URL) : undefined,
  /** `PROOF_ISSUER` and `PROOF_AUDIENCE` of the service. */
  issuer: process.env.PROOF_ISSUER ?? 'proofline',
  audience: process.env.PROOF_AUDIENCE ?? 'proofline',
  /** Whether people reach this app over TLS: then cookies are `Secure` and named `__Host-…`. */
  isSecure: (process.env.APP_URL ?? '').startsWith('https://'),
};
