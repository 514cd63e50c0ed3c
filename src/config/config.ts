import type { Limit } from '../domain/limit.js';
import type { TestNumber } from '../domain/test-number.js';
import type { Channel } from '../domain/verification.js';
import type { ProviderAccounts } from './provider-record.js';
import type { ProviderName } from './providers.js';
import type { SenderName } from './sms-senders.js';

/** Contents of our own messages, in addition to the code. */
export interface MessageConfig {
  brand: string;
  /** Host in the origin-bound last line. */
  origin: string | undefined;
  androidAppHash: string | undefined;
}

export interface ProviderRoutes {
  everywhere: readonly ProviderName[];
  /** Exceptions by ISO 3166-1 alpha-2 code. */
  byCountry: ReadonlyMap<string, readonly ProviderName[]>;
}

/** The validated configuration with defaults. Only `config/` reads the environment. */
export interface Config {
  environment: 'development' | 'test' | 'production';
  /** Variables that look misspelt, one a line; for the log. */
  warnings: readonly string[];
  host: string;
  port: number;
  logLevel: 'error' | 'warn' | 'info' | 'debug';
  trustProxy: string[];
  corsOrigins: string[];
  /** Whether requests without a key are served: `open`, or refused. */
  callers: 'keys' | 'open';
  /** Path of PUBLIC_URL, such as `/verify`; empty without one. */
  basePath: string;
  /** Whether the demo page and the simulated phones are served; development only. */
  demo: boolean;
  docs: boolean;
  /** Undefined: /metrics is not served. */
  metricsToken: string | undefined;
  /** An undefined `url` starts the embedded Postgres, in development only. */
  database: {
    url: string | undefined;
    poolMax: number;
    prepare: boolean;
    /** Undefined: 5 s at the start and for commands, 2 s in service. */
    connectTimeoutMs: number | undefined;
  };
  /** Undefined: Redis is not used. */
  redisUrl: string | undefined;
  routes: ProviderRoutes;
  /** Who delivers the messages of `local-code`. */
  smsSender: SenderName;
  /** The configured accounts. In development, simulators replace the others. */
  accounts: ProviderAccounts;
  callbacks: {
    /** Secret part of the delivery report paths. Undefined: no delivery reports are accepted. */
    token: string | undefined;
    /** Whether the callback of Sinch Verification before a send chooses the code. */
    ownCodes: boolean;
    sinchSmsSecret: string | undefined;
  };
  webhooks: {
    /** Whether receivers may use http, loopback and private networks. */
    allowPrivate: boolean;
  };
  providerTimeoutMs: number;
  providerMaxConcurrent: number;
  /** Consecutive failures; 0 never opens the circuit. */
  providerBreakerFailures: number;
  otp: {
    /** The first signs, all verify. Empty in development: one is generated. */
    secrets: string[];
    channels: ReadonlySet<Channel>;
    length: number;
    message: MessageConfig;
    ttlSeconds: number;
    maxAttempts: number;
    /** ISO 3166-1 alpha-2 codes, or `*` for all. */
    countries: ReadonlySet<string> | '*';
    allowVoip: boolean;
    allowPersonal: boolean;
    testNumbers: TestNumber[];
    verifyByPhone: boolean;
    /** Pads refusals by number to a multiple of this; 0 disables the padding. */
    verifyByPhoneStepMs: number;
  };
  auth: {
    enabled: boolean;
    /** The first encrypts, all decrypt. Empty in development: one is generated. */
    secrets: string[];
    accessTtlSeconds: number;
    sessionTtlSeconds: number;
    sessionIdleSeconds: number;
    totpStepsBack: number;
  };
  limits: {
    resendCooldownSeconds: number;
    sendPerIp: Limit[];
    checkPerIp: Limit[];
    sendPerPhone: Limit[];
    wrongPerPhone: Limit[];
    sendPerPrefix: Limit[];
    sendPerCountry: Limit[];
    sendTotal: Limit[];
    sendAllApplications: Limit[];
    sendToVerified: Limit[];
    sendPerApplication: Limit[];
    loginPerAccount: Limit[];
  };
  proof: {
    /** One or more keys in PKCS #8 PEM. Undefined in development: one is generated. */
    privateKeys: string | undefined;
    issuer: string;
    audience: string;
    ttlSeconds: number;
  };
  retentionDays: number;
  shutdownDelayMs: number;
}
