// Compiled only: the types of the package in CommonJS, as NestJS has it.
import { verifyWebhook, type WebhookEvent } from '@proofline/server';

export const check = (body: Buffer): Promise<WebhookEvent> =>
  verifyWebhook({ headers: {}, body }, { secret: 'whsec_1' });
