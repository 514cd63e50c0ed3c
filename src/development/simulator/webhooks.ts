import { randomBytes } from 'node:crypto';
import express, { Router } from 'express';
import { Webhook } from 'standardwebhooks';

/** An event as the page shows it. */
export interface ReceivedEvent {
  id: string;
  receivedAt: string;
  /** Whether the signature is right and at most five minutes old. */
  isGenuine: boolean;
  type: string;
  event: unknown;
}

const CAPACITY = 200;

/** A receiver of webhooks for development. Keeps the newest events, in the order of their occurrence. */
export class WebhookInbox {
  /** New with each start of the service, which tells the endpoint. */
  readonly secret = `whsec_${randomBytes(32).toString('base64')}`;
  private received: ReceivedEvent[] = [];

  /** @param body the bytes that were signed */
  add(body: string, headers: Readonly<Record<string, string>>): void {
    const event = parsed(body);
    const one = {
      id: headers['webhook-id'] ?? '',
      receivedAt: new Date().toISOString(),
      isGenuine: this.isGenuine(body, headers),
      type: (event as { type?: string } | null)?.type ?? 'unknown',
      event,
    };
    this.received = [one, ...this.received].sort(byOccurrence).slice(0, CAPACITY);
  }

  list(): readonly ReceivedEvent[] {
    return this.received;
  }

  clear(): void {
    this.received = [];
  }

  private isGenuine(body: string, headers: Readonly<Record<string, string>>): boolean {
    try {
      new Webhook(this.secret).verify(body, headers);
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * `POST /simulator/webhooks` receives an event; `GET /simulator/webhooks/events` lists what was received, the
 * newest first; `DELETE` of that path clears it.
 */
export function webhookInboxRouter(inbox: WebhookInbox): Router {
  const router = Router();
  const text = express.text({ type: () => true, limit: '64kb' });
  router.post('/simulator/webhooks', text, (req, res) => {
    inbox.add(String(req.body), req.headers as Record<string, string>);
    res.status(204).end();
  });
  router.get('/simulator/webhooks/events', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(inbox.list());
  });
  router.delete('/simulator/webhooks/events', (_req, res) => {
    inbox.clear();
    res.status(204).end();
  });
  return router;
}

/** The newest first. Events arrive in any order; `sequence` tells that of simultaneous ones. */
function byOccurrence(a: ReceivedEvent, b: ReceivedEvent): number {
  const [first, second] = [placeOf(a), placeOf(b)];
  return second.at.localeCompare(first.at) || second.sequence - first.sequence;
}

function placeOf({ event, receivedAt }: ReceivedEvent): { at: string; sequence: number } {
  const { timestamp, data } = (event ?? {}) as { timestamp?: string; data?: { sequence?: number } };
  return { at: timestamp ?? receivedAt, sequence: data?.sequence ?? 0 };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
