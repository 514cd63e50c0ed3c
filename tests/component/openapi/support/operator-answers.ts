import type { Answer } from '../../../support/service.js';

/** Sends a request with an operator key. @param value of the parameter in the path */
export type Ask = (
  method: string,
  template: string,
  value?: string,
  body?: object,
) => Promise<Answer>;

/** The answers of every operation on applications and keys. */
export async function answersAboutApplications(ask: Ask): Promise<Answer[]> {
  const application = '/applications/{application}';
  const created = await ask('post', '/applications', '', { name: 'documented' });
  const key = await ask('post', '/keys', '', { kind: 'secret', application: 'documented' });
  return [
    created,
    key,
    await ask('get', '/applications'),
    await ask('get', application, 'documented'),
    await ask('post', application, 'documented', { brand: 'Shop' }),
    await ask('get', `${application}/keys`, 'documented'),
    await ask('get', '/keys'),
    await ask('delete', '/keys/{key}', String(key.body['id'])),
  ];
}

/** The answers of every operation on webhooks. */
export async function answersAboutWebhooks(ask: Ask): Promise<Answer[]> {
  const webhook = '/webhooks/{webhook}';
  const created = await ask('post', '/webhooks', '', { url: 'https://shop.example/events' });
  const id = String(created.body['id']);
  return [
    created,
    await ask('get', '/webhooks'),
    await ask('get', webhook, id),
    await ask('post', `${webhook}/rotate`, id),
    await ask('post', `${webhook}/disable`, id),
    await ask('post', `${webhook}/test`, id),
    await ask('get', `${webhook}/deliveries`, id),
    await ask('post', `${webhook}/replay`, id),
    await ask('post', `${webhook}/enable`, id),
    await ask('delete', webhook, id),
    await ask('get', webhook, id),
  ];
}
