import { FakeSinch } from '../../../support/fake-sinch.js';

/** Additional variables that production requires. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  CALLERS: 'open',
  SINCH_APPLICATION_KEY: FakeSinch.key,
  PROVIDER_ALLOW_LOOPBACK: 'true',
  OTP_COUNTRIES: '*',
  OTP_SECRET: 'abcdefghijklmnopqrstuvwxyz012345',
};
