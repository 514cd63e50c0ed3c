import { z } from 'zod';
import { EVENT_DOCUMENTS } from '../schemas/webhook-event.schema.js';

type Json = Record<string, unknown>;

const HEADERS: readonly Json[] = [
  ['webhook-id', 'Id of the event, the same in each attempt: ignore an id that you have seen'],
  ['webhook-timestamp', 'Time of the attempt, in seconds since 1970: refuse it after five minutes'],
  ['webhook-signature', 'One signature for each live secret, as defined by Standard Webhooks'],
].map(([name, description]) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
}));

/** The `webhooks` section: what endpoints receive. */
export function webhookSection(): Json {
  return Object.fromEntries(
    EVENT_DOCUMENTS.map(({ type, summary, schema }) => {
      const { $schema: _dialect, ...body } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
      return [
        type,
        {
          post: {
            operationId: type.replaceAll(/[._]([a-z])/g, (_, letter: string) =>
              letter.toUpperCase(),
            ),
            tags: ['Webhooks'],
            summary,
            parameters: HEADERS,
            requestBody: { required: true, content: { 'application/json': { schema: body } } },
            responses: { '2XX': { description: 'The event has been received.' } },
          },
        },
      ];
    }),
  );
}
