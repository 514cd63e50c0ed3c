import { DEFAULT_BREAKER } from '../clients/circuit-breaker.js';
import { HttpClient } from '../clients/http-client.js';
import type { RedisClient } from '../clients/redis-client.js';
import type { Config } from '../config/config.js';
import type {
  ProviderAccounts,
  ProviderRecord,
  ProviderTools,
  SenderRecord,
} from '../config/provider-record.js';
import { PROVIDERS } from '../config/providers.js';
import { SMS_SENDERS } from '../config/sms-senders.js';
import type { Statements } from '../database/statements.js';
import type { Logger } from '../observability/logger.js';
import { ProviderGuard } from '../services/providers/guard.js';
import type { SmsSender } from '../services/messages/sms-sender.js';
import { GuardedSender } from '../services/providers/local-code/guarded-sender.js';
import { MessageRenderer } from '../services/messages/messages.js';
import { GuardedProvider } from '../services/providers/guarded-provider.js';
import { LocalCodeService } from '../services/providers/local-code/local-code.service.js';
import { ProviderRegistry, type RegisteredProvider } from '../services/providers/registry.js';
import { TestNumberService } from '../services/providers/test-number/test-number.service.js';
import type { VerificationProvider } from '../services/providers/provider.js';
import { PostgresCodeStore } from '../stores/postgres-code-store.js';
import { RedisCodeStore } from '../stores/redis-code-store.js';

export interface ProviderResources {
  config: Config;
  accounts: ProviderAccounts;
  otpSecrets: readonly string[];
  statements: Statements;
  /** Stores codes if available; otherwise Postgres does. */
  redis: RedisClient | undefined;
  logger: Logger;
}

export interface Providers {
  registry: ProviderRegistry;
  guards: readonly ProviderGuard[];
  /** Closes idle connections. */
  close(): void;
}

/** Creates the configured providers and the SMS sender of our own codes, each behind its guard. */
export async function createProviders(resources: ProviderResources): Promise<Providers> {
  const { config } = resources;
  const factory = new ProviderFactory(resources);
  await factory.addAll();
  const registry = new ProviderRegistry(
    factory.all,
    config.routes,
    new TestNumberService(config.otp.testNumbers),
    config.otp.channels,
  );
  return { registry, guards: factory.guards, close: () => factory.close() };
}

/** Creates what the records declare: services, guards and clients. */
class ProviderFactory {
  readonly all: RegisteredProvider[] = [];
  readonly guards: ProviderGuard[] = [];
  private readonly clients: HttpClient[] = [];

  constructor(private readonly resources: ProviderResources) {}

  async addAll(): Promise<void> {
    const { accounts, config } = this.resources;
    const providers: readonly ProviderRecord[] = PROVIDERS;
    for (const record of providers) {
      const account = accounts[record.name];
      if (account) this.add(await record.service(account, this.toolsFor(record.name)));
    }
    const senders: readonly SenderRecord[] = SMS_SENDERS;
    const sender = senders.find(({ name }) => name === config.smsSender);
    const account = accounts[config.smsSender];
    if (sender && account) {
      this.addLocalCode(await sender.service(account, this.toolsFor(sender.name)));
    }
  }

  /** Closes idle connections. */
  close(): void {
    for (const client of this.clients) client.close();
  }

  private add(provider: VerificationProvider): void {
    const guard = this.guard(provider.name);
    this.all.push({ provider: new GuardedProvider(provider, guard), guard });
  }

  private addLocalCode(sender: SmsSender): void {
    const { config, redis, statements, otpSecrets: secrets } = this.resources;
    const codes = redis ? new RedisCodeStore(redis) : new PostgresCodeStore(statements);
    const { length, message } = config.otp;
    const messages = new MessageRenderer(message);
    const guard = this.guard(sender.name);
    const provider = new LocalCodeService(new GuardedSender(sender, guard), codes, {
      secrets,
      length,
      render: (content) => messages.render(content),
    });
    this.all.push({ provider, guard });
  }

  private toolsFor(provider: string): ProviderTools {
    const { providerTimeoutMs: timeoutMs } = this.resources.config;
    const http = (baseUrl: string) => {
      const client = new HttpClient({ provider, baseUrl, timeoutMs });
      this.clients.push(client);
      return client;
    };
    return { http, timeoutMs };
  }

  private guard(name: string): ProviderGuard {
    const { config, logger } = this.resources;
    const guard = new ProviderGuard(name, logger, {
      breaker: { ...DEFAULT_BREAKER, consecutiveFailures: config.providerBreakerFailures },
      maxRunning: config.providerMaxConcurrent,
      maxWaiting: config.providerMaxConcurrent * 2,
    });
    this.guards.push(guard);
    return guard;
  }
}
