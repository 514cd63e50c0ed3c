import type { Application } from '../domain/application.js';
import type { ApiKeyFacts } from '../services/applications/api-key.service.js';

export function applicationAsText({ id, name, createdAt, settings }: Application): string[] {
  return [
    `application   ${id}`,
    `name          ${name}`,
    `created       ${createdAt.toISOString()}`,
    'settings',
    ...JSON.stringify(settings, null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}

export function applicationsAsText(applications: readonly Application[]): string[] {
  const width = Math.max(...applications.map(({ name }) => name.length));
  return applications.map(
    ({ id, name, createdAt }) => `${name.padEnd(width)}  ${id}  ${createdAt.toISOString()}`,
  );
}

export function keysAsText(keys: readonly ApiKeyFacts[]): string[] {
  if (keys.length === 0) return ['There are no keys.'];
  return keys.map(({ id, lastFour, applicationId, lastUsedAt, ...times }) =>
    [
      `${id}_…${lastFour}`,
      (applicationId ?? 'operator').padEnd(20),
      `used ${lastUsedAt?.toISOString() ?? 'never'}`,
      ...stateOf(times),
    ].join('  '),
  );
}

function stateOf({ revokedAt, expiresAt }: Pick<ApiKeyFacts, 'revokedAt' | 'expiresAt'>): string[] {
  if (revokedAt) return [`revoked ${revokedAt.toISOString()}`];
  return expiresAt ? [`expires ${expiresAt.toISOString()}`] : [];
}
