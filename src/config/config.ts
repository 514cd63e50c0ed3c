import type { Limit } from '../domain/limit.js';
import type { TestNumber } from '../domain/test-number.js';
import { CHANNELS, type Channel } from '../domain/verification.js';

/** Where Sinch Verification is and how we sign in there. */
export interface SinchVerificationConfig {
  url: string;
  applicationKey: string;
  applicationSecret: string;
  auth: 'application' | 'basic';
}

/** Where Infobip 2FA is, how we sign in, and which application and message template of the account are ours. */
export interface InfobipConfig {
  url: string;
  apiKey: string;
  applicationId: string;
  messageId: string;
  /** Whether Infobip looks the number up before it sends; a product of its own. */
  numberLookup: boolean;
}

/** Where the Sinch SMS API is and how we sign in: by service plan, or by project with OAuth 2. */
export interface SinchSmsConfig {
  url: string;
  /** Sender: number, short code or name; undefined: the default of the plan. */
  from: string | undefined;
  credentials:
    | { kind: 'service-plan'; servicePlanId: string; apiToken: string }
    | { kind: 'project'; projectId: string; keyId: string; keySecret: string; authUrl: string };
  /** Where delivery reports go; undefined: none are asked for. */
  callbackUrl: string | undefined;
}

/** What our own messages say besides the code. */
export interface MessageConfig {
  brand: string;
  /** Host of the origin-bound last line. */
  origin: string | undefined;
  androidAppHash: string | undefined;
}

/** The providers whose credentials are known; in development the simulators stand in for the others. */
export interface ProviderAccounts {
  sinchVerification?: SinchVerificationConfig | undefined;
  infobip?: InfobipConfig | undefined;
  sinchSms?: SinchSmsConfig | undefined;
}

/** What each provider speaks. */
export const PROVIDER_CHANNELS = {
  'sinch-verification': CHANNELS,
  'infobip-2fa': ['sms', 'voice'],
  'local-code': ['sms'],
} as const satisfies Record<string, readonly Channel[]>;

export const PROVIDERS = ['sinch-verification', 'infobip-2fa', 'local-code'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Who carries verifications out, in order of preference. */
export interface ProviderRoutes {
  everywhere: readonly ProviderName[];
  /** By ISO 3166-1 alpha-2 code, where it differs. */
  byCountry: ReadonlyMap<string, readonly ProviderName[]>;
}

/** The whole configuration, checked and with defaults filled in. Nothing else reads the environment. */
export interface Config {
  environment: 'development' | 'test' | 'production';
  host: string;
  port: number;
  logLevel: 'error' | 'warn' | 'info' | 'debug';
  /** Addresses and subnets of proxies; empty when none is trusted. */
  trustProxy: string[];
  corsOrigins: string[];
  /** The demo page and the simulated phones are development only. */
  demo: boolean;
  docs: boolean;
  /** Undefined: there is no /metrics. */
  metricsToken: string | undefined;
  /** `url` is undefined in development when the embedded Postgres is to be started. */
  database: { url: string | undefined; poolMax: number; prepare: boolean };
  /** Undefined: everything is kept in Postgres and in the process. */
  redisUrl: string | undefined;
  routes: ProviderRoutes;
  accounts: ProviderAccounts;
  /** What providers call back. */
  callbacks: {
    /** Unguessable part of the paths of delivery reports; undefined: none are taken. */
    token: string | undefined;
    /** Where the world reaches this service; undefined: where it is called. */
    publicUrl: string | undefined;
    /** Whether the callback that Sinch Verification asks before a send chooses the code. */
    ownCodes: boolean;
    sinchSmsSecret: string | undefined;
  };
  providerTimeoutMs: number;
  providerMaxConcurrent: number;
  /** 0: the circuit never opens. */
  providerBreakerFailures: number;
  otp: {
    /** First signs, all verify; none in development when one is to be generated. */
    secrets: string[];
    /** Those that callers may ask for. */
    channels: ReadonlySet<Channel>;
    /** Digits of our own codes. */
    length: number;
    message: MessageConfig;
    ttlSeconds: number;
    maxAttempts: number;
    /** ISO 3166-1 alpha-2 codes, or every country. */
    countries: ReadonlySet<string> | '*';
    allowVoip: boolean;
    testNumbers: TestNumber[];
    verifyByPhone: boolean;
    /** Refusals by number take whole steps of so many milliseconds; 0: as long as they take. */
    verifyByPhoneStepMs: number;
  };
  auth: {
    /** Whether there are accounts at all. */
    enabled: boolean;
    /** The first encrypts, all decrypt; none in development when one is to be generated. */
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
    /** PKCS #8 PEM, one or several; undefined in development when one is to be generated. */
    privateKeys: string | undefined;
    issuer: string;
    audience: string;
    ttlSeconds: number;
  };
  retentionDays: number;
  shutdownDelayMs: number;
}
