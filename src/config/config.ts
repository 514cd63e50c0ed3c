import type { Limit } from '../domain/limit.js';
import type { TestNumber } from '../domain/test-number.js';

/** Where Sinch Verification is and how we sign in there. */
export interface SinchVerificationConfig {
  url: string;
  applicationKey: string;
  applicationSecret: string;
  auth: 'application' | 'basic';
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
  database: { url: string | undefined; poolMax: number };
  providers: string[];
  /** Undefined in development when the simulator is to stand in. */
  sinchVerification: SinchVerificationConfig | undefined;
  providerTimeoutMs: number;
  providerMaxConcurrent: number;
  /** 0: the circuit never opens. */
  providerBreakerFailures: number;
  otp: {
    /** First signs, all verify. Generated at each start in development when not given. */
    secrets: string[];
    ttlSeconds: number;
    maxAttempts: number;
    /** ISO 3166-1 alpha-2 codes, or every country. */
    countries: ReadonlySet<string> | '*';
    allowVoip: boolean;
    testNumbers: TestNumber[];
    verifyByPhone: boolean;
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
