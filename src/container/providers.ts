import { StaticToken, type BearerTokens } from '../clients/bearer-tokens.js';
import { DEFAULT_BREAKER } from '../clients/circuit-breaker.js';
import { HttpClient } from '../clients/http-client.js';
import { OAuthTokens } from '../clients/oauth-tokens.js';
import type { RedisClient } from '../clients/redis-client.js';
import type { Config, ProviderAccounts, SinchSmsConfig } from '../config/config.js';
import type { Statements } from '../database/statements.js';
import type { Logger } from '../observability/logger.js';
import { ProviderGuard } from '../services/providers/guard.js';
import { GuardedSender } from '../services/providers/local-code/guarded-sender.js';
import { MessageRenderer } from '../services/messages/messages.js';
import { SinchSmsService } from '../services/messages/sinch-sms/sinch-sms.service.js';
import { SINCH_SMS } from '../services/messages/sinch-sms/sinch-sms.wire.js';
import { GuardedProvider } from '../services/providers/guarded-provider.js';
import { Infobip2faService } from '../services/providers/infobip-2fa/infobip-2fa.service.js';
import { INFOBIP_2FA } from '../services/providers/infobip-2fa/infobip-2fa.wire.js';
import { LocalCodeService } from '../services/providers/local-code/local-code.service.js';
import { ProviderRegistry, type RegisteredProvider } from '../services/providers/registry.js';
import { TestNumberService } from '../services/providers/test-number/test-number.service.js';
import { SinchVerificationService } from '../services/providers/sinch-verification/sinch-verification.service.js';
import { SINCH_VERIFICATION } from '../services/providers/sinch-verification/sinch-verification.wire.js';
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

/** Creates the configured providers, each behind its guard. */
export function createProviders(resources: ProviderResources): Providers {
  const { config } = resources;
  const factory = new ProviderFactory(resources);
  const registry = new ProviderRegistry(
    factory.all,
    config.routes,
    new TestNumberService(config.otp.testNumbers),
    config.otp.channels,
  );
  return { registry, guards: factory.guards, close: () => factory.close() };
}

/** Creates providers, guards and clients. Add new providers in the constructor. */
class ProviderFactory {
  readonly all: RegisteredProvider[] = [];
  readonly guards: ProviderGuard[] = [];
  private readonly clients: HttpClient[] = [];

  constructor(private readonly resources: ProviderResources) {
    const { sinchVerification, infobip, sinchSms } = resources.accounts;
    if (sinchVerification) {
      const http = this.client(SINCH_VERIFICATION, sinchVerification.url);
      this.add(new SinchVerificationService(http, sinchVerification));
    }
    if (infobip) {
      this.add(new Infobip2faService(this.client(INFOBIP_2FA, infobip.url), infobip));
    }
    if (sinchSms) {
      const http = this.client(SINCH_SMS, sinchSms.url);
      const tokens = this.tokensOf(sinchSms);
      this.addLocalCode(
        new SinchSmsService(http, tokens, sinchSms, resources.config.providerTimeoutMs),
      );
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

  private addLocalCode(sender: SinchSmsService): void {
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

  private tokensOf({ credentials }: SinchSmsConfig): BearerTokens {
    if (credentials.kind === 'service-plan') return new StaticToken(credentials.apiToken);
    const { keyId, keySecret, authUrl } = credentials;
    const http = this.client(SINCH_SMS, authUrl);
    return new OAuthTokens(http, { provider: SINCH_SMS, keyId, keySecret });
  }

  private client(provider: string, baseUrl: string): HttpClient {
    const timeoutMs = this.resources.config.providerTimeoutMs;
    const client = new HttpClient({ provider, baseUrl, timeoutMs });
    this.clients.push(client);
    return client;
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
