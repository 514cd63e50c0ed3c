import type { z } from 'zod';
import type { webhookResponse } from '../schemas/webhook.schema.js';
import type { Endpoint } from '../services/webhooks/endpoint.service.js';

/** Field by field, so that a secret cannot slip in. */
export function presentWebhook(endpoint: Endpoint): z.infer<typeof webhookResponse> {
  return {
    id: endpoint.id,
    applicationId: endpoint.applicationId,
    url: endpoint.url,
    events: [...endpoint.events],
    numberFormat: endpoint.numberFormat,
    status: endpoint.disabledAt === null ? 'enabled' : 'disabled',
    disabledReason: endpoint.disabledReason,
    disabledAt: endpoint.disabledAt?.toISOString() ?? null,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    secrets: endpoint.secrets,
    createdAt: endpoint.createdAt.toISOString(),
  };
}
