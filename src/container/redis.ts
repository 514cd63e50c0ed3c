import type { RedisClient } from '../clients/redis-client.js';
import type { Logger } from '../observability/logger.js';

/** Loads the driver only where there is a Redis: it is a tenth of what this program loads. */
export async function connectRedis(
  url: string | undefined,
  logger: Logger,
): Promise<RedisClient | undefined> {
  if (url === undefined) return undefined;
  const { RedisClient } = await import('../clients/redis-client.js');
  return new RedisClient(url, logger);
}
