/** The simulated services, named as in `/simulator/control`. */
export const SERVICE_NAMES = ['sinchVerification', 'sinchSms', 'infobip2fa'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/**
 * Kinds of provider calls. `manage` neither sends nor checks a code; `token` issues access tokens.
 */
export const OPERATIONS = ['start', 'resend', 'report', 'status', 'manage', 'token'] as const;
export type Operation = (typeof OPERATIONS)[number];
