import { z } from 'zod';

/** Applications and message templates in responses of the Infobip 2FA API v2. */

const id = z.string().min(1).max(200);

// Omitted members have Infobip's documented default.
const configuration = z.object({
  pinAttempts: z.number().default(10),
  allowMultiplePinVerifications: z.boolean().default(true),
  pinTimeToLive: z.string().default('15m'),
});
export type PinSettings = z.infer<typeof configuration>;

export const applicationResponse = z.object({
  applicationId: id,
  name: z.string(),
  configuration: configuration.default(() => configuration.parse({})),
});
export type InfobipApplication = z.infer<typeof applicationResponse>;

export const templateResponse = z.object({
  messageId: id,
  /** Email templates have none. */
  messageText: z.string().nullish(),
});
export type InfobipTemplate = z.infer<typeof templateResponse>;

export const applicationListResponse = z.array(applicationResponse);
export const templateListResponse = z.array(templateResponse);

const UNIT_SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds of Infobip's `{length}{unit}`, where the length defaults to 1; `Infinity` for any other text. */
export function durationSeconds(duration: string): number {
  const [, length = '', unit] = /^(\d{0,9})(ms|s|m|h|d)$/.exec(duration) ?? [];
  if (unit === undefined) return Infinity;
  return Number(length || '1') * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
}
