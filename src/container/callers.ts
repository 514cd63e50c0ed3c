import type { Config } from '../config/config.js';
import { callerGuards, type CallerGuards } from '../middlewares/caller.js';
import type { Persistence } from './persistence.js';

/** Creates the middlewares that decide who may send a request. */
export function createCallers(
  config: Config,
  { apiKeys, applications }: Pick<Persistence, 'apiKeys' | 'applications'>,
): CallerGuards {
  const directory = {
    identify: (key: string) => apiKeys.identify(key),
    stranger: () => applications.stranger(),
  };
  const isDevelopment = config.environment !== 'production';
  return callerGuards(directory, { isOpen: config.callers === 'open', isDevelopment });
}
