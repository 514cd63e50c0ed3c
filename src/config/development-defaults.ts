/**
 * Credentials that Sinch publishes as examples in its own manual: they open nothing at Sinch. The simulator
 * accepts them, and the service uses them towards it, when none are configured in development.
 */
export const DEVELOPMENT_SINCH_APPLICATION_KEY = '669E367E-6BBA-48AB-AF15-266871C28135';
export const DEVELOPMENT_SINCH_APPLICATION_SECRET = 'BeIukql3pTKJ8RGL5zo0DA==';

/** The account that the simulated Infobip comes up with: of the right form, and good for nothing else. */
export const DEVELOPMENT_INFOBIP_API_KEY =
  '0123456789abcdef0123456789abcdef-01234567-89ab-4cde-8f01-23456789abcd';
export const DEVELOPMENT_INFOBIP_2FA_APP_ID = '0933F3BC087D2A617AC6DCB2EF5B8A61';
export const DEVELOPMENT_INFOBIP_2FA_MSG_ID = '9C815F8AF3328';

/** The service plan and the project that the simulated Sinch SMS API knows. */
export const DEVELOPMENT_SINCH_SMS_SERVICE_PLAN_ID = '00000000000000000000000000000001';
export const DEVELOPMENT_SINCH_SMS_API_TOKEN = '00000000000000000000000000000002';
export const DEVELOPMENT_SINCH_SMS_PROJECT_ID = '00000000-0000-4000-8000-000000000003';
export const DEVELOPMENT_SINCH_SMS_KEY_ID = '00000000-0000-4000-8000-000000000004';
export const DEVELOPMENT_SINCH_SMS_KEY_SECRET = 'development-key-secret';
