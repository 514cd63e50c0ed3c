/**
 * Credentials that Sinch publishes as examples in its own manual: they open nothing at Sinch. The simulator
 * accepts them, and the service uses them towards it, when none are configured in development.
 */
export const DEVELOPMENT_SINCH_APPLICATION_KEY = '669E367E-6BBA-48AB-AF15-266871C28135';
export const DEVELOPMENT_SINCH_APPLICATION_SECRET = 'BeIukql3pTKJ8RGL5zo0DA==';
