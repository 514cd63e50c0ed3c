import type { Delivery, Endpoint } from '../services/webhooks/endpoint.service.js';

export function endpointsAsText(endpoints: readonly Endpoint[]): string[] {
  if (endpoints.length === 0) return ['There are no webhooks.'];
  return endpoints.flatMap(endpointAsText);
}

export function endpointAsText(endpoint: Endpoint): string[] {
  const { id, applicationId, url, events, numberFormat } = endpoint;
  return [
    `${id}  ${url}  ${stateOf(endpoint)}`,
    `    application ${applicationId ?? 'every'}, events ${events.join(' ')}, numbers ${numberFormat}`,
  ];
}

export function deliveriesAsText(deliveries: readonly Delivery[]): string[] {
  if (deliveries.length === 0) return ['There are no deliveries.'];
  return deliveries.map(({ id, type, status, occurredAt, attempts }) => {
    const last = attempts.at(-1);
    const answer = last ? String(last.status ?? last.error) : 'not attempted';
    return `${id}  ${occurredAt.toISOString()}  ${type}  ${status}  ${attempts.length} attempts, ${answer}`;
  });
}

function stateOf({ disabledReason, failingSince }: Endpoint): string {
  if (disabledReason !== null) return `disabled (${disabledReason})`;
  return failingSince === null ? 'enabled' : `failing since ${failingSince.toISOString()}`;
}
