import { FakeSinch } from '../../../support/fake-sinch.js';

/** What has to be set in production besides what every test service sets. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  SINCH_APPLICATION_KEY: FakeSinch.key,
  PROVIDER_ALLOW_LOOPBACK: 'true',
  OTP_COUNTRIES: '*',
  OTP_SECRET: 'abcdefghijklmnopqrstuvwxyz012345',
};
