/** The simulated services, by the names of their sections in `/simulator/control`. */
export const SERVICE_NAMES = ['sinchVerification', 'sinchSms', 'infobip2fa'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/**
 * What a call asks of a provider. `manage` is everything that sends nothing and judges nothing, `token` gives out what
 * other calls sign in with.
 */
export const OPERATIONS = ['start', 'resend', 'report', 'status', 'manage', 'token'] as const;
export type Operation = (typeof OPERATIONS)[number];
