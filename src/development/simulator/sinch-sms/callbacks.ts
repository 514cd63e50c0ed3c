import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SettingsStore } from '../settings-store.js';
import { timeSortedId } from './ids.js';
import type { SinchSmsSimulatorSettings } from './settings.js';

// Sinch documents a last wait of 81,920 s, which is 5 s doubled 14 times.
const MAX_RETRIES = 15;

/**
 * Posts delivery reports. Retries after a 5xx, a 429 or no response, with a wait that doubles each
 * time; a 429 doubles it once more.
 */
export class Callbacks {
  private readonly closing = new AbortController();

  constructor(private readonly settings: SettingsStore<SinchSmsSimulatorSettings>) {}

  report(url: string, event: object): void {
    void this.deliver(url, JSON.stringify(event));
  }

  close(): void {
    this.closing.abort();
  }

  private async deliver(url: string, body: string): Promise<void> {
    for (let attempt = 0; attempt <= MAX_RETRIES; attempt += 1) {
      const status = await this.post(url, body);
      if (this.closing.signal.aborted) return;
      if (status !== undefined && status < 500 && status !== 429) return;
      const wait = this.settings.current.callbackRetryMs * 2 ** attempt;
      if (!(await this.pause(status === 429 ? wait * 2 : wait))) return;
    }
  }

  private async post(url: string, body: string): Promise<number | undefined> {
    const { callbackTimeoutMs, webhookSecret } = this.settings.current;
    const signed = webhookSecret === null ? {} : signatureOf(body, webhookSecret);
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...signed },
        body,
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(callbackTimeoutMs)]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return undefined;
    }
  }

  private async pause(milliseconds: number): Promise<boolean> {
    try {
      await sleep(milliseconds, undefined, { ref: false, signal: this.closing.signal });
      return true;
    } catch {
      return false;
    }
  }
}

/** A webhook secret is used as text, unlike the base64 secret of the Verification API. */
function signatureOf(body: string, secret: string): Record<string, string> {
  const nonce = timeSortedId();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const message = `${body}.${nonce}.${timestamp}`;
  return {
    'x-sinch-webhook-signature': createHmac('sha256', secret).update(message).digest('base64'),
    'x-sinch-webhook-signature-nonce': nonce,
    'x-sinch-webhook-signature-timestamp': timestamp,
    'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
  };
}
