import type { Limit } from '../domain/limit.js';
import type { TestNumber } from '../domain/test-number.js';
import { CHANNELS, type Channel } from '../domain/verification.js';

export interface SinchVerificationConfig {
  url: string;
  applicationKey: string;
  applicationSecret: string;
  auth: 'application' | 'basic';
}

export interface InfobipConfig {
  url: string;
  apiKey: string;
  applicationId: string;
  messageId: string;
  /** Whether Infobip looks up numbers before sending, which is a separate product. */
  numberLookup: boolean;
}

export interface SinchSmsConfig {
  url: string;
  /** Sender: number, short code or name. Undefined: the plan's default. */
  from: string | undefined;
  credentials:
    | { kind: 'service-plan'; servicePlanId: string; apiToken: string }
    | { kind: 'project'; projectId: string; keyId: string; keySecret: string; authUrl: string };
  /** Address for delivery reports. Undefined: none are requested. */
  callbackUrl: string | undefined;
}

/** Contents of our own messages, in addition to the code. */
export interface MessageConfig {
  brand: string;
  /** Host in the origin-bound last line. */
  origin: string | undefined;
  androidAppHash: string | undefined;
}

/** The configured accounts. In development, simulators replace the others. */
export interface ProviderAccounts {
  sinchVerification?: SinchVerificationConfig | undefined;
  infobip?: InfobipConfig | undefined;
  sinchSms?: SinchSmsConfig | undefined;
}

export const PROVIDER_CHANNELS = {
  'sinch-verification': CHANNELS,
  'infobip-2fa': ['sms', 'voice'],
  'local-code': ['sms'],
} as const satisfies Record<string, readonly Channel[]>;

export const PROVIDERS = ['sinch-verification', 'infobip-2fa', 'local-code'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

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
  accounts: ProviderAccounts;
  callbacks: {
    /** Secret part of the delivery report paths. Undefined: no delivery reports are accepted. */
    token: string | undefined;
    publicUrl: string | undefined;
    /** Whether the callback of Sinch Verification before a send chooses the code. */
    ownCodes: boolean;
    sinchSmsSecret: string | undefined;
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
