import {
  DEVELOPMENT_SINCH_APPLICATION_KEY,
  DEVELOPMENT_SINCH_APPLICATION_SECRET,
} from '../../../src/config/development-defaults.js';
import { readSimulatorEnv, simulatorEnvSchema } from '../../../src/config/simulator-env.js';

const UNSET = {
  delayMs: undefined,
  wrongCodeStyle: undefined,
  codeLength: undefined,
  tries: undefined,
  lifetimeSeconds: undefined,
};
const DEFAULTS = {
  nodeEnv: undefined,
  port: 3018,
  applicationKey: DEVELOPMENT_SINCH_APPLICATION_KEY,
  applicationSecret: DEVELOPMENT_SINCH_APPLICATION_SECRET,
  callbackUrl: undefined,
  settings: UNSET,
};

describe('the configuration of the simulator', () => {
  it('has the documented development values', () => {
    expect(readSimulatorEnv({})).toEqual(DEFAULTS);
    expect(DEFAULTS.applicationKey).toBe('669E367E-6BBA-48AB-AF15-266871C28135');
  });

  it('reads an empty or blank value as not set', () => {
    const empty = Object.keys(simulatorEnvSchema.shape).map((name) => [name, ' '] as const);
    expect(readSimulatorEnv(Object.fromEntries(empty))).toEqual(DEFAULTS);
  });

  it('reads every variable', () => {
    const config = readSimulatorEnv({
      NODE_ENV: 'development',
      SIMULATOR_PORT: '4000',
      SINCH_APPLICATION_KEY: 'key',
      SINCH_APPLICATION_SECRET: 'c2VjcmV0',
      SIMULATOR_DELAY_MS: '20',
      SIMULATOR_WRONG_CODE_STYLE: 'fail',
      SIMULATOR_CODE_LENGTH: '6',
      SIMULATOR_TRIES: '3',
      SIMULATOR_LIFETIME_SECONDS: '120',
      SIMULATOR_CALLBACK_URL: 'http://127.0.0.1:3000/callbacks/sinch/verification',
    });
    expect(config).toEqual({
      nodeEnv: 'development',
      port: 4000,
      applicationKey: 'key',
      applicationSecret: 'c2VjcmV0',
      callbackUrl: 'http://127.0.0.1:3000/callbacks/sinch/verification',
      settings: {
        delayMs: 20,
        wrongCodeStyle: 'fail',
        codeLength: 6,
        tries: 3,
        lifetimeSeconds: 120,
      },
    });
  });

  it('describes every variable', () => {
    const undescribed = Object.entries(simulatorEnvSchema.shape).filter(
      ([, schema]) => !schema.description,
    );
    expect(undescribed).toEqual([]);
  });

  it.each([
    ['SIMULATOR_PORT', '65536'],
    ['SIMULATOR_PORT', '3018.5'],
    ['SIMULATOR_DELAY_MS', '-1'],
    ['SIMULATOR_WRONG_CODE_STYLE', 'sometimes'],
    ['SIMULATOR_CODE_LENGTH', '11'],
    ['SIMULATOR_TRIES', 'many'],
    ['SIMULATOR_LIFETIME_SECONDS', '0'],
    ['SIMULATOR_CALLBACK_URL', 'ftp://127.0.0.1/'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readSimulatorEnv({ [name]: value })).toThrow(name);
  });

  it('reports all faults at once', () => {
    const read = () => readSimulatorEnv({ SIMULATOR_PORT: 'x', SIMULATOR_TRIES: '0' });
    expect(read).toThrow(/SIMULATOR_PORT.*\n.*SIMULATOR_TRIES/);
  });
});
