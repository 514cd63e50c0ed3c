import type { RedisClient } from '../clients/redis-client.js';
import type { Logger } from '../observability/logger.js';

/** Loads the driver only when Redis is configured, because it is a tenth of all loaded code. */
export async function connectRedis(
  url: string | undefined,
  logger: Logger,
): Promise<RedisClient | undefined> {
  if (url === undefined) return undefined;
  const { RedisClient } = await import('../clients/redis-client.js');
  return new RedisClient(url, logger);
}
