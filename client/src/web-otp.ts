interface OtpCredentials {
  get(options: { otp: { transport: ['sms'] }; signal?: AbortSignal }): Promise<{
    code?: unknown;
  } | null>;
}

/** What of a browser is needed; the types of the platform do not have WebOTP yet. */
interface WebOtpGlobals {
  OTPCredential?: unknown;
  navigator?: { credentials?: OtpCredentials };
}

/**
 * Waits for the text message and resolves to its code, where the browser has WebOTP and the last line of the message
 * names this origin (OTP_ORIGIN of the service). Undefined where it has not, when the person declines, or when aborted.
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
