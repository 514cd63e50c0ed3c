import { syncClock } from './clock.js';
import { serviceUrl } from './service-url.js';

export class RequestError extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
}

const request = async (method, path, signal) => {
  let response;
  try {
    response = await fetch(serviceUrl(path), { method, signal });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new RequestError(0);
  }
  syncClock(response.headers.get('Date'));
  if (!response.ok) throw new RequestError(response.status);
  return response;
};

export const readInbox = async (to, signal) => {
  const query = to ? `?to=${encodeURIComponent(to)}` : '';
  return (await request('GET', `/simulator/inbox${query}`, signal)).json();
};

export const readWebhooks = async () => (await request('GET', '/simulator/webhooks/events')).json();

export const clearWebhooks = () => request('DELETE', '/simulator/webhooks/events');

export const clearInbox = () => request('DELETE', '/simulator/inbox');
