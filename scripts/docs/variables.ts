import { z } from 'zod';
import type { Limit } from '../../src/domain/limit.js';
import { ConfigError, loadConfig } from '../../src/config/load.js';
import { ENV_SCHEMA } from '../../src/config/env.js';
import { simulatorEnvSchema } from '../../src/config/simulator-env.js';

/** An environment variable as the documents show it. */
export interface Variable {
  name: string;
  section: string;
  /** Its meaning, and its allowed values when they are words. */
  description: string;
  /** The default as text; undefined without a default. */
  fallback: string | undefined;
  requiredInProduction: boolean;
}

/** The first variable of each section, in the order of the schema. */
const SECTIONS: Readonly<Record<string, string>> = {
  NODE_ENV: 'Server',
  DATABASE_URL: 'Postgres',
  VERIFICATION_PROVIDERS: 'Provider',
  OTP_SECRET: 'Codes',
  LIMIT_RESEND_COOLDOWN_SECONDS: 'Limits',
  PROOF_PRIVATE_KEY: 'Proofs',
  ACCOUNTS: 'Accounts',
  RETENTION_DAYS: 'Operation',
};

/** The variables of the service, in the order of the schema. */
export function listVariables(): Variable[] {
  const required = requiredInProduction();
  let section = '';
  return Object.entries(ENV_SCHEMA.shape).map(([name, schema]) => {
    section = SECTIONS[name] ?? section;
    return {
      name,
      section,
      description: describe(schema),
      fallback: fallbackOf(schema),
      requiredInProduction: required.has(name),
    };
  });
}

/** Every variable that the standalone simulator reads. */
export function listSimulatorVariables(): { name: string; description: string }[] {
  return Object.entries(simulatorEnvSchema.shape).map(([name, schema]) => {
    const given = fallbackOf(schema);
    const isNumber = given !== undefined && /^[0-9]+$/.test(given);
    // Shows numbers only: the default credentials are placeholders.
    const fallback = isNumber ? ` Default ${given}.` : '';
    return { name, description: `${describe(schema)}${fallback}` };
  });
}

/** The variables that the configuration reports as missing in an empty production environment. */
function requiredInProduction(): ReadonlySet<string> {
  try {
    loadConfig({ NODE_ENV: 'production' });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const missing = error.faults.filter((fault) => fault.endsWith('must be set in production'));
    return new Set(missing.map((fault) => /^[A-Z0-9_]+/.exec(fault)?.[0] ?? fault));
  }
  return new Set();
}

function describe(schema: z.ZodType): string {
  if (schema.description === undefined) throw new Error('A variable has no description');
  const inner = schema instanceof z.ZodDefault ? schema.def.innerType : schema;
  return inner instanceof z.ZodEnum
    ? `${schema.description}: ${inner.options.join(', ')}`
    : schema.description;
}

function fallbackOf(schema: z.ZodType): string | undefined {
  return schema instanceof z.ZodDefault ? written(schema.def.defaultValue) : undefined;
}

/** The default as text; the schema parses it back to the same value. */
function written(value: unknown): string {
  if (Array.isArray(value)) return value.map(written).join(',') || 'off';
  if (isLimit(value)) return `${value.count}/${windowOf(value.windowSeconds)}`;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error('A default has no text form');
}

function isLimit(value: unknown): value is Limit {
  return typeof value === 'object' && value !== null && 'windowSeconds' in value;
}

function windowOf(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
