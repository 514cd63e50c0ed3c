import { randomBytes } from 'node:crypto';
import { WebhookClient } from '../clients/webhook-client.js';
import type { Config } from '../config/config.js';
import { WebhookController } from '../controllers/webhook.controller.js';
import type { Statements } from '../database/statements.js';
import { SecretBox, WEBHOOK_SECRETS } from '../domain/secret-box.js';
import type { Logger } from '../observability/logger.js';
import { WebhookDeliveryService } from '../services/webhooks/delivery.service.js';
import { WebhookEndpointService } from '../services/webhooks/endpoint.service.js';

export interface WebhookResources {
  config: Config;
  statements: Statements;
  otpSecrets: readonly string[];
  logger: Logger;
}

/** Time of a whole attempt. */
const ATTEMPT_TIMEOUT_MS = 10_000;

export interface Webhooks {
  endpoints: WebhookEndpointService;
  controller: WebhookController;
  /** Starts to deliver. The returned function stops it. */
  start(): () => Promise<void>;
}

export function createWebhooks({
  config,
  statements,
  otpSecrets,
  logger,
}: WebhookResources): Webhooks {
  // Tests may have none; production and development always do.
  const keys = otpSecrets.length > 0 ? otpSecrets : [randomBytes(32).toString('hex')];
  const secrets = new SecretBox(keys, WEBHOOK_SECRETS);
  const { allowPrivate } = config.webhooks;
  const endpoints = new WebhookEndpointService(statements, secrets, { allowPrivate });
  const start = () => {
    const client = new WebhookClient({ allowPrivate, timeoutMs: ATTEMPT_TIMEOUT_MS });
    const stop = new WebhookDeliveryService({ statements, client, secrets, logger }).start();
    return async () => {
      await stop();
      await client.close();
    };
  };
  return { endpoints, controller: new WebhookController(endpoints), start };
}
