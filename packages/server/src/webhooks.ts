import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from './webhook-events.js';

/** A request of Express, NestJS or `node:http`, with the body as it was sent. */
export interface WebhookRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Text or bytes, not parsed JSON: the signature covers the bytes. */
  body?: unknown;
  /** Where a framework keeps the bytes beside a parsed body, as NestJS with `rawBody: true`. */
  rawBody?: Uint8Array | undefined;
}

export interface VerifyWebhookOptions {
  /** `whsec_…` of the endpoint; several while you rotate it. */
  secret: string | readonly string[];
}

/** The request is not from the service, was changed, or is older than five minutes. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly code = 'webhook_invalid';
}

const ID = 'webhook-id';
const SIGNED = [ID, 'webhook-timestamp', 'webhook-signature'];

/**
 * Checks the signature and age of a webhook and returns its event. An event may arrive more than once:
 * `id` stays the same.
 * @throws WebhookError, and TypeError when the raw body or the secret is missing
 */
export async function verifyWebhook(
  request: Request | WebhookRequest,
  { secret }: VerifyWebhookOptions,
): Promise<WebhookEvent> {
  const secrets = [secret].flat().filter((one) => one !== '');
  if (secrets.length === 0) throw new TypeError('Proofline: verifyWebhook needs the secret');
  const body = await rawBody(request);
  const headers = Object.fromEntries(SIGNED.map((name) => [name, headerOf(request, name)]));
  for (const one of secrets) {
    // A secret that cannot be read is a mistake of the receiver, not of the request.
    const webhook = new Webhook(one);
    try {
      const event = webhook.verify(body, headers) as Omit<WebhookEvent, 'id'>;
      return { id: headers[ID], ...event } as WebhookEvent;
    } catch {
      // The next secret may match; the failure is reported below.
    }
  }
  throw new WebhookError('The signature of the webhook is wrong or too old');
}

async function rawBody(request: Request | WebhookRequest): Promise<string> {
  if (isFetchRequest(request)) return request.text();
  const body = request.rawBody ?? request.body;
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  throw new TypeError(
    'Proofline: verifyWebhook needs the raw body, such as that of express.raw({ type: "application/json" })',
  );
}

function headerOf(request: Request | WebhookRequest, name: string): string {
  const value = isFetchRequest(request) ? request.headers.get(name) : request.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Checks the shape, because a framework may have a class of its own. */
const isFetchRequest = (request: Request | WebhookRequest): request is Request =>
  'text' in request && typeof request.headers.get === 'function';
