import { replayBody, webhookBody, webhookParams } from '../schemas/webhook.schema.js';
import type { Endpoint, WebhookEndpointService } from '../services/webhooks/endpoint.service.js';
import { UsageError } from './arguments.js';
import type { Command } from './command.js';
import { deliveriesAsText, endpointAsText, endpointsAsText } from './print-webhooks.js';
import { readValue } from './read-value.js';
import { notFound, type Result } from './tools.js';

/** The scope of operators: the endpoints of every application. */
const EVERY = null;
const UNKNOWN_ENDPOINT = 'Webhook not found';
const EXAMPLE_ID = 'we_3f9a1c5e7b2d4f6081a3c5e7';

const createEndpoint: Command = {
  usage: '<url> [--app <app>] [--event <type>…] [--masked]',
  summary: 'create an endpoint and print its secret; without --app it receives all events',
  options: ['app', 'event', 'masked'],
  examples: [
    'https://shop.example/hook --app shop',
    'https://shop.example/hook --app shop --event verification.verified --masked',
  ],
  needs: 'service',
  plan: (url, { app, event, masked }) => {
    const { applicationId: _none, ...wanted } = readValue(
      webhookBody,
      {
        url,
        ...(event.length > 0 && { events: event }),
        ...(masked && { numberFormat: 'masked' }),
      },
      'webhook',
    );
    return async ({ applications, webhooks }) => {
      const fault = webhooks.faultOf(url);
      if (fault !== undefined) throw new UsageError(`The URL ${fault}`);
      const application = app === undefined ? undefined : await applications.find(app);
      if (app !== undefined && !application) return notFound('Application not found');
      const created = await webhooks.create(application?.id ?? null, wanted);
      if (created === 'unknown_application') return notFound('Application not found');
      if (created === 'too_many') {
        const message = 'The application has 16 endpoints already.';
        return { data: {}, lines: [], failure: { code: 'webhook_limit', message } };
      }
      return changed(created, [`Created ${created.id}.`, created.secret]);
    };
  },
};

const listEndpoints: Command = {
  usage: '[--app <app>]',
  summary: 'list endpoints and their state',
  options: ['app'],
  examples: ['', '--app shop'],
  needs: 'database',
  plan:
    (_operand, { app }) =>
    async ({ applications, webhooks }) => {
      const application = app === undefined ? undefined : await applications.find(app);
      if (app !== undefined && !application) return notFound('Application not found');
      const listed = await webhooks.list(application?.id ?? EVERY);
      return { data: { webhooks: listed }, lines: endpointsAsText(listed) };
    },
};

const rotate: Command = {
  ...forEndpoint('add a secret and print it; the one before stays valid until the next rotation'),
  needs: 'service',
  plan: (text) => {
    const id = idOf(text);
    return async ({ webhooks }) => {
      const rotated = await webhooks.rotate(EVERY, id, true);
      return rotated ? changed(rotated, [rotated.secret]) : notFound(UNKNOWN_ENDPOINT);
    };
  },
};

const deliveries: Command = {
  ...forEndpoint('show the newest deliveries with their last answer'),
  plan: (text) => {
    const id = idOf(text);
    return async ({ webhooks }) => {
      const found = await webhooks.deliveries(EVERY, id);
      if (!found) return notFound(UNKNOWN_ENDPOINT);
      return { data: { deliveries: found }, lines: deliveriesAsText(found) };
    };
  },
};

const replay: Command = {
  usage: '<webhook id> [--delivery <id>]',
  summary: 'deliver again: one delivery, or all that have failed',
  options: ['delivery'],
  examples: [EXAMPLE_ID, `${EXAMPLE_ID} --delivery 1042`],
  needs: 'database',
  plan: (text, { delivery }) => {
    const id = idOf(text);
    const { deliveryId } = readValue(
      replayBody,
      delivery === undefined ? {} : { deliveryId: delivery },
      'replay',
    );
    return async ({ webhooks }) => {
      const count = await webhooks.replay(EVERY, id, deliveryId);
      if (count === undefined) return notFound(UNKNOWN_ENDPOINT);
      const lines = [`${count} deliveries are due.`];
      return { data: { replayed: count }, lines, audit: { endpointId: id, count } };
    };
  },
};

const deleteEndpoint: Command = {
  ...forEndpoint('delete an endpoint with its deliveries'),
  plan: (text) => {
    const id = idOf(text);
    return async ({ webhooks }) => {
      if (!(await webhooks.delete(EVERY, id))) return notFound(UNKNOWN_ENDPOINT);
      return { data: { deleted: true }, lines: [`Deleted ${id}.`], audit: { endpointId: id } };
    };
  },
};

const test: Command = {
  ...forEndpoint('send a webhook.test event'),
  plan: (text) => {
    const id = idOf(text);
    return async ({ webhooks }) => {
      const eventId = await webhooks.sendTest(EVERY, id);
      if (eventId === undefined) return notFound(UNKNOWN_ENDPOINT);
      return { data: { eventId }, lines: [`${eventId} is due.`], audit: { endpointId: id } };
    };
  },
};

export const WEBHOOK_COMMANDS: Readonly<Record<string, Command>> = {
  'webhooks list': listEndpoints,
  'webhooks create': createEndpoint,
  'webhooks rotate': rotate,
  'webhooks disable': switchCommand('stop an endpoint; what is pending waits', (webhooks, id) =>
    webhooks.disable(EVERY, id),
  ),
  'webhooks enable': switchCommand('enable an endpoint', (webhooks, id) =>
    webhooks.enable(EVERY, id),
  ),
  'webhooks delete': deleteEndpoint,
  'webhooks deliveries': deliveries,
  'webhooks replay': replay,
  'webhooks test': test,
};

function forEndpoint(summary: string): Omit<Command, 'plan'> {
  return { usage: '<webhook id>', summary, examples: [EXAMPLE_ID], needs: 'database' };
}

function switchCommand(
  summary: string,
  change: (webhooks: WebhookEndpointService, id: string) => Promise<Endpoint | undefined>,
): Command {
  return {
    ...forEndpoint(summary),
    plan: (text) => {
      const id = idOf(text);
      return async ({ webhooks }) => {
        const endpoint = await change(webhooks, id);
        return endpoint ? changed(endpoint, endpointAsText(endpoint)) : notFound(UNKNOWN_ENDPOINT);
      };
    },
  };
}

function idOf(text: string): string {
  return readValue(webhookParams, { webhook: text }, 'webhook').webhook;
}

function changed(endpoint: Endpoint, lines: string[]): Result {
  return { data: endpoint, lines, audit: { endpointId: endpoint.id } };
}
