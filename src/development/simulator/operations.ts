import { PROVIDERS } from '../../config/providers.js';
import { SMS_SENDERS } from '../../config/sms-senders.js';

type AccountRecord = (typeof PROVIDERS)[number] | (typeof SMS_SENDERS)[number];
export type ServiceName = NonNullable<AccountRecord['simulator']>;

/** The simulated services, named as in `/simulator/control`. */
export const SERVICE_NAMES: readonly ServiceName[] = [...PROVIDERS, ...SMS_SENDERS]
  .map(({ simulator }: { simulator: ServiceName | null }) => simulator)
  .filter((name) => name !== null);

/**
 * Kinds of provider calls. `manage` neither sends nor checks a code; `token` issues access tokens.
 */
export const OPERATIONS = ['start', 'resend', 'report', 'status', 'manage', 'token'] as const;
export type Operation = (typeof OPERATIONS)[number];
