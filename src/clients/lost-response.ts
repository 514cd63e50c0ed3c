import { ProviderError } from '../errors/provider-error.js';

/**
 * Sends once. When the outcome is unknown, asks the provider once, within the same time limit, for what it
 * has. Found means sent; not found proves nothing, because the provider may still be working.
 * @param find gets the remaining milliseconds; returns undefined when the provider does not know the send
 * @throws ProviderError of the send
 */
export async function sendOrFind<T>(
  timeoutMs: number,
  send: () => Promise<T>,
  find: (timeoutMs: number) => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  try {
    return await send();
  } catch (error) {
    const leftMs = Math.floor(deadline - performance.now());
    if (!isOutcomeUnknown(error) || leftMs <= 0) throw error;
    const found = await find(leftMs).catch((failure: unknown) => {
      if (failure instanceof ProviderError) return undefined;
      throw failure;
    });
    if (found === undefined) throw error;
    return found;
  }
}

function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof ProviderError && error.kind === 'timeout-unknown';
}
