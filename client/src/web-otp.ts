interface OtpCredentials {
  get(options: { otp: { transport: ['sms'] }; signal?: AbortSignal }): Promise<{
    code?: unknown;
  } | null>;
}

/** TypeScript's DOM types do not include WebOTP yet. */
interface WebOtpGlobals {
  OTPCredential?: unknown;
  navigator?: { credentials?: OtpCredentials };
}

/**
 * Waits for a text message whose last line names this origin (the service's OTP_ORIGIN), by WebOTP.
 * @returns the code; undefined without browser support, or when declined or aborted.
 */
export async function receiveCode(signal?: AbortSignal): Promise<string | undefined> {
  const { OTPCredential, navigator } = globalThis as unknown as WebOtpGlobals;
  if (OTPCredential === undefined || !navigator?.credentials) return undefined;
  try {
    const received = await navigator.credentials.get({
      otp: { transport: ['sms'] },
      ...(signal && { signal }),
    });
    return typeof received?.code === 'string' ? received.code : undefined;
  } catch {
    return undefined;
  }
}
