import { verifySinchSignature, type SinchApplication } from '../../../clients/sinch-signing.js';
import { SinchApiError } from './errors.js';
import type { SinchSimulatorSettings } from './settings.js';
import { AUTHENTICATION_LEVELS, type AuthenticationLevel } from './constants.js';

export interface AuthenticatedRequest {
  method: string;
  /** Path as sent, still percent-encoded, without the query. */
  path: string;
  body: Buffer;
  contentType: string;
  authorization: string | undefined;
  timestamp: string | undefined;
}

type Settings = Pick<
  SinchSimulatorSettings,
  'minimumAuthentication' | 'timestampWindowSeconds' | 'callbackUrl'
>;

/**
 * Checks Basic, Application-signed and Public authentication.
 * @returns the level that the request used.
 * @throws SinchApiError 40100, 40101, 40102, 40104, 40105, 40107, 40302 or 40303.
 */
export function authenticate(
  request: AuthenticatedRequest,
  application: SinchApplication,
  settings: Settings,
): AuthenticationLevel {
  const level = levelOf(request, application, settings);
  const minimum = AUTHENTICATION_LEVELS.indexOf(settings.minimumAuthentication);
  if (AUTHENTICATION_LEVELS.indexOf(level) < minimum) throw new SinchApiError(40302);
  if (level === 'public' && settings.callbackUrl === null) throw new SinchApiError(40303);
  return level;
}

function levelOf(
  request: AuthenticatedRequest,
  application: SinchApplication,
  settings: Settings,
): AuthenticationLevel {
  if (!request.authorization) throw new SinchApiError(40104);
  const [, scheme, credentials = ''] = /^(\S+) +(\S+)$/.exec(request.authorization) ?? [];
  if (scheme?.toLowerCase() === 'basic') return basic(credentials, application);
  if (scheme?.toLowerCase() !== 'application') throw new SinchApiError(40100);
  const [key, signature] = credentials.split(/:(.*)/s);
  if (key !== application.applicationKey) throw new SinchApiError(40107);
  if (signature === undefined) return 'public';
  return signed(request, application, settings);
}

function basic(credentials: string, application: SinchApplication): AuthenticationLevel {
  const text = Buffer.from(credentials, 'base64').toString();
  if (!text.includes(':')) throw new SinchApiError(40100);
  const { applicationKey, applicationSecret } = application;
  if (text !== `${applicationKey}:${applicationSecret}`) throw new SinchApiError(40107);
  return 'basic';
}

function signed(
  request: AuthenticatedRequest,
  application: SinchApplication,
  settings: Settings,
): AuthenticationLevel {
  const { timestamp } = request;
  if (!timestamp) throw new SinchApiError(40101);
  // Some of Sinch's clients sign the path as sent, others its decoded form.
  const isValid = [request.path, decoded(request.path)].some((path) =>
    verifySinchSignature({ ...request, ...application, path, timestamp }),
  );
  if (!isValid) throw new SinchApiError(40102);
  const distance = Math.abs(Date.now() - Date.parse(timestamp));
  if (!(distance <= settings.timestampWindowSeconds * 1000)) throw new SinchApiError(40105);
  return 'application';
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
