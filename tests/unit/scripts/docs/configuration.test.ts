import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import {
  envExample,
  withConfigurationTable,
  withSimulatorTable,
} from '../../../../scripts/docs/configuration.js';
import { listVariables } from '../../../../scripts/docs/variables.js';
import { ENV_SCHEMA } from '../../../../src/config/env.js';
import { ConfigError, loadConfig } from '../../../../src/config/load.js';
import { simulatorEnvSchema } from '../../../../src/config/simulator-env.js';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../../../..', path), 'utf8');

/** The variables in the table that `npm run docs:env` writes. */
const tableIn = (path: string) => {
  const table = /<!-- \w+: written by npm run docs:env -->([\s\S]*?)<!-- \/\w+ -->/.exec(
    read(path),
  )?.[1];
  return [...(table ?? '').matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((match) => match[1]);
};

describe('the documented configuration', () => {
  test('is in step with the code: otherwise run "npm run docs:env"', () => {
    expect(read('.env.example')).toBe(envExample());
    const configuration = read('docs/configuration.md');
    expect(configuration).toBe(withConfigurationTable(configuration));
    expect(read('docs/simulator.md')).toBe(withSimulatorTable(read('docs/simulator.md')));
  });

  test('names every variable once, and no other', () => {
    const known = Object.keys(ENV_SCHEMA.shape);
    const inExample = [...read('.env.example').matchAll(/^#([A-Z0-9_]+)=/gm)].map(
      (match) => match[1],
    );
    expect(tableIn('docs/configuration.md')).toEqual(known);
    expect(inExample).toEqual(known);
    expect(tableIn('docs/simulator.md')).toEqual(Object.keys(simulatorEnvSchema.shape));
  });

  test('sets nothing as long as it is a comment', () => {
    expect(parse(read('.env.example'))).toEqual({});
  });

  test('shows the defaults as they can be written', () => {
    const shown = parse(read('.env.example').replaceAll(/^#(?=[A-Z0-9_]+=)/gm, ''));
    const given = loadConfig(shown);
    const assumed = loadConfig({});
    expect(given).toEqual(assumed);
    expect(ENV_SCHEMA.parse({}).PROOF_ISSUER).toBe(shown['PROOF_ISSUER']);
  });

  test('knows what production cannot start without', () => {
    const required = listVariables().filter((variable) => variable.requiredInProduction);
    const start = () => loadConfig({ NODE_ENV: 'production' });
    expect(start).toThrow(ConfigError);
    for (const { name } of required) expect(start).toThrow(name);
    expect(required.map(({ name }) => name)).toContain('OTP_SECRET');
  });
});
