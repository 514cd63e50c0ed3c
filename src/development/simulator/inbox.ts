import { randomUUID } from 'node:crypto';
import { Router } from 'express';

export type InboxChannel = 'sms' | 'voice' | 'flashcall' | 'whatsapp' | 'seamless';

export interface InboxMessage {
  id: string;
  to: string;
  channel: InboxChannel;
  /** Text shown or spoken; for `seamless` the address that the device must open. */
  text: string;
  /** The code, or the caller's number for `flashcall`; null for `seamless`. */
  code: string | null;
  receivedAt: string;
}

/** Messages of all simulated phones, newest first. Drops the oldest beyond the capacity. */
export class Inbox {
  private messages: InboxMessage[] = [];

  constructor(private readonly capacity = 500) {}

  add(message: Omit<InboxMessage, 'id' | 'receivedAt'>): InboxMessage {
    const received = { id: randomUUID(), receivedAt: new Date().toISOString(), ...message };
    this.messages = [received, ...this.messages].slice(0, this.capacity);
    return received;
  }

  list(to?: string): InboxMessage[] {
    return this.messages.filter((message) => to === undefined || message.to === to);
  }

  clear(): void {
    this.messages = [];
  }
}

/**
 * `GET /simulator/inbox?to=<E.164>` → `[{ id, to, channel, text, code, receivedAt }]`, newest
 * first; without `to` all phones. `DELETE /simulator/inbox` → 204. Accepts an unescaped plus
 * (`?to=+1…`), which arrives as a space.
 */
export function inboxRouter(inbox: Inbox): Router {
  const router = Router();
  router.get('/simulator/inbox', (req, res) => {
    res.set('Cache-Control', 'no-store');
    const to = req.query['to'];
    if (to !== undefined && typeof to !== 'string') {
      res.status(400).json({ message: 'to must be one phone number.' });
      return;
    }
    res.json(inbox.list(to === undefined || to === '' ? undefined : to.replace(/^ /, '+')));
  });
  router.delete('/simulator/inbox', (_req, res) => {
    inbox.clear();
    res.status(204).end();
  });
  return router;
}
