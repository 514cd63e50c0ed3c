import { noteServerDate } from './clock.js';

/** An answer that is no success; `status` is 0 when none came. */
export class NoAnswer extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
}

const call = async (method, path, signal) => {
  let response;
  try {
    response = await fetch(path, { method, signal });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new NoAnswer(0);
  }
  noteServerDate(response.headers.get('Date'));
  if (!response.ok) throw new NoAnswer(response.status);
  return response;
};

/** All simulated messages, or those to one number; newest first. */
export const readInbox = async (to, signal) => {
  const query = to ? `?to=${encodeURIComponent(to)}` : '';
  return (await call('GET', `/simulator/inbox${query}`, signal)).json();
};

export const clearInbox = () => call('DELETE', '/simulator/inbox');
