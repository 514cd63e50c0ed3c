import { crc32 } from 'node:zlib';
import { Statements } from '../../src/database/statements.js';
import type { ApiKeyKind } from '../../src/domain/api-key.js';
import type { ApplicationSettings } from '../../src/domain/application.js';
import { ApiKeyService } from '../../src/services/applications/api-key.service.js';
import { ApplicationService } from '../../src/services/applications/application.service.js';
import { noteSecret } from './evidence.js';
import type { TestService } from './service.js';

/** The origin of the publishable keys of test applications. */
export const ORIGIN = 'https://shop.example';

/** An application with a key of each kind. */
export interface TestApplication {
  id: string;
  name: string;
  secretKey: string;
  publishableKey: string;
  /** Headers of a backend. */
  backend: Record<string, string>;
  /** Headers of a page. */
  page: Record<string, string>;
}

/** Creates an application that works from {@link ORIGIN}, with a secret and a publishable key. */
export async function createApplication(
  service: Pick<TestService, 'connections'>,
  name: string,
  settings: ApplicationSettings = {},
): Promise<TestApplication> {
  const applications = new ApplicationService(new Statements(service.connections), 'proofline');
  const created = await applications.create(name, { origins: [ORIGIN], ...settings });
  if (!created) throw new Error(`The application ${name} exists`);
  const secretKey = await createKey(service, 'secret', created.id);
  const publishableKey = await createKey(service, 'publishable', created.id);
  const page = { ...withKey(publishableKey), origin: ORIGIN };
  return { id: created.id, name, secretKey, publishableKey, backend: withKey(secretKey), page };
}

/** Creates an operator key and returns the headers that carry it. */
export async function createOperator(
  service: Pick<TestService, 'connections'>,
): Promise<Record<string, string>> {
  return withKey(await createKey(service, 'operator', null));
}

/** @param application id or name; null for an operator key */
export async function createKey(
  { connections }: Pick<TestService, 'connections'>,
  kind: ApiKeyKind,
  application: string | null,
  expiresAt: Date | null = null,
): Promise<string> {
  const keys = new ApiKeyService(new Statements(connections));
  const created = await keys.create(kind, application, expiresAt);
  if (!created) throw new Error('There is no such application');
  noteSecret(created.key);
  return created.key;
}

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A well-formed key with the id of `key` and another secret. */
export function wrongKey(key: string): string {
  const unsigned = `${key.slice(0, 22)}_${key.slice(23, 66).split('').reverse().join('')}`;
  let checksum = '';
  for (let rest = crc32(unsigned); rest > 0; rest = Math.floor(rest / 62)) {
    checksum = BASE_62.charAt(rest % 62) + checksum;
  }
  return unsigned + checksum.padStart(6, '0');
}

export const withKey = (key: string) => ({ authorization: `Bearer ${key}` });
