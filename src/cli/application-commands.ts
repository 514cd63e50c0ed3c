import { kindOfKeyId, parseApiKey, type ApiKeyKind } from '../domain/api-key.js';
import type { Application } from '../domain/application.js';
import {
  applicationNameField,
  applicationSettings,
  settingsChange,
} from '../schemas/application.schema.js';
import type { ApiKeyFacts } from '../services/applications/api-key.service.js';
import { readExpiry, UsageError, type Options } from './arguments.js';
import type { Command } from './command.js';
import { applicationAsText, applicationsAsText, keysAsText } from './print-applications.js';
import { readValue } from './read-value.js';
import { notFound, type Result } from './tools.js';

const exists = (message: string): Result => ({
  data: {},
  lines: [],
  failure: { code: 'application_exists', message },
});

const createApplication: Command = {
  usage: '<name> [--origin <origin>…] [--settings <json>]',
  summary: 'create an application, which owns verifications, proofs and keys',
  options: ['origin', 'settings'],
  examples: ['shop', 'shop --origin https://shop.example --settings \'{"brand":"Shop"}\''],
  needs: 'database',
  plan: (text, { origin, settings: json }) => {
    const name = readValue(applicationNameField, text, 'name');
    const given = { ...(json !== undefined && jsonObject(json)), ...originsOf(origin) };
    const settings = readValue(applicationSettings, given, 'settings');
    return async ({ applications }) => {
      const created = await applications.create(name, settings);
      if (created) return applicationResult(created, `Created ${created.name} (${created.id}).`);
      return exists(
        `An application has the name ${name} already, or its audience. To change it: proofline apps set ${name}.`,
      );
    };
  },
};

const listApplications: Command = {
  usage: '',
  summary: 'list the applications',
  examples: [''],
  needs: 'database',
  plan:
    () =>
    async ({ applications }) => {
      const listed = await applications.list();
      return { data: { applications: listed }, lines: applicationsAsText(listed) };
    },
};

const showApplication: Command = {
  usage: '<app>',
  summary: 'show an application and its settings',
  examples: ['shop'],
  needs: 'database',
  plan:
    (app) =>
    async ({ applications }) => {
      const found = await applications.find(app);
      if (!found) return unknownApplication(app);
      return { data: found, lines: applicationAsText(found) };
    },
};

const setApplication: Command = {
  usage: '<app> [--origin <origin>…] [--settings <json>]',
  summary: "change settings of an application; what is not set is the service's",
  options: ['origin', 'settings'],
  examples: [
    'shop --origin https://shop.example --origin https://www.shop.example',
    'shop --settings \'{"countries":["SE","NO"],"codeLength":8,"brand":null}\'',
  ],
  needs: 'database',
  plan: (app, { origin, settings: json }) => {
    const given = { ...(json !== undefined && jsonObject(json)), ...originsOf(origin) };
    const change = readValue(settingsChange, given, 'settings');
    if (Object.keys(change).length === 0) throw new UsageError('Expected --settings or --origin');
    return async ({ applications }) => {
      const changed = await applications.set(app, change);
      if (changed === 'taken')
        return exists('Another application or the service has this audience.');
      return changed
        ? applicationResult(changed, `Changed ${changed.name}.`)
        : unknownApplication(app);
    };
  },
};

const createKey: Command = {
  usage: '--app <app> --secret|--publishable [--expires <when>], or --operator',
  summary: 'create a key and print it; it is shown only once',
  options: ['app', 'secret', 'publishable', 'operator', 'expires'],
  examples: ['--app shop --secret', '--app shop --publishable --expires 90d', '--operator'],
  needs: 'database',
  plan: (_operand, options) => {
    const kind = kindOf(options);
    const app = options.app ?? null;
    const expiresAt = options.expires === undefined ? null : readExpiry(options.expires);
    if (kind === 'operator' && app !== null) {
      throw new UsageError('An operator key belongs to no application');
    }
    if (kind !== 'operator' && app === null) throw new UsageError('Expected --app <app>');
    return async ({ apiKeys }) => {
      const created = await apiKeys.create(kind, app, expiresAt);
      if (!created) return unknownApplication(app ?? '');
      const { key, facts } = created;
      return { data: { key, ...facts }, lines: [key], audit: { keyId: facts.id } };
    };
  },
};

const listKeys: Command = {
  usage: '[--app <app>]',
  summary: 'list the keys, without their secrets',
  options: ['app'],
  examples: ['', '--app shop'],
  needs: 'database',
  plan:
    (_operand, { app }) =>
    async ({ apiKeys, applications }) => {
      if (app !== undefined && !(await applications.find(app))) return unknownApplication(app);
      const keys = await apiKeys.list(app);
      return { data: { keys }, lines: keysAsText(keys) };
    },
};

const revokeKey: Command = {
  usage: '<key id>',
  summary: 'revoke a key; every process refuses it within five seconds',
  examples: ['pl_sk_4fTq0Zb9XkLw2RyM'],
  needs: 'database',
  plan: (text) => {
    const id = keyIdOf(text);
    return async ({ apiKeys }) => {
      const revoked = await apiKeys.revoke(id);
      return revoked
        ? revokedResult(revoked)
        : notFound(`There is no key ${id}. To see all: proofline keys list`);
    };
  },
};

export const APPLICATION_COMMANDS: Readonly<Record<string, Command>> = {
  'apps create': createApplication,
  'apps list': listApplications,
  'apps show': showApplication,
  'apps set': setApplication,
  'keys create': createKey,
  'keys list': listKeys,
  'keys revoke': revokeKey,
};

function unknownApplication(text: string): Result {
  return notFound(`There is no application ${text}. To see all: proofline apps list`);
}

function applicationResult(application: Application, line: string): Result {
  return { data: application, lines: [line], audit: { applicationId: application.id } };
}

function revokedResult(key: ApiKeyFacts): Result {
  return { data: key, lines: [`Revoked ${key.id}.`], audit: { keyId: key.id } };
}

function kindOf(options: Options): ApiKeyKind {
  const kinds = (['secret', 'publishable', 'operator'] as const).filter((kind) => options[kind]);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw new UsageError('Expected one of --secret, --publishable and --operator');
  }
  return kind;
}

/** The id of a key, from its id or the whole key. @throws UsageError for a misspelt key */
function keyIdOf(text: string): string {
  const id = text.split('_').slice(0, 3).join('_');
  const isWhole = id !== text;
  if (isWhole && !parseApiKey(text))
    throw new UsageError('The key is misspelt: its checksum is wrong');
  if (!kindOfKeyId(id))
    throw new UsageError('Expected the id of a key, such as pl_sk_4fTq0Zb9XkLw2RyM');
  return id;
}

function originsOf(origins: string[]): { origins?: string[] } {
  return origins.length > 0 ? { origins } : {};
}

function jsonObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The same answer as for any other value.
  }
  throw new UsageError('--settings must be a JSON object');
}
