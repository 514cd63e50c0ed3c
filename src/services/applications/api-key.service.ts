import { timingSafeEqual } from 'node:crypto';
import type { Statements } from '../../database/statements.js';
import { newApiKey, parseApiKey, type ApiKeyKind } from '../../domain/api-key.js';
import type { ApplicationSettings } from '../../domain/application.js';
import type { Caller } from '../../domain/caller.js';
import * as sql from './applications.sql.js';
import { CachedLookup, type Found } from './cached-lookup.js';

/** What is known of a key: never its secret. */
export interface ApiKeyFacts {
  id: string;
  kind: ApiKeyKind;
  /** Null for operator keys. */
  applicationId: string | null;
  lastFour: string;
  createdAt: Date;
  /** At most a minute old. */
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

interface KeyRow {
  id: string;
  kind: ApiKeyKind;
  application_id: string | null;
  secret_hash: Buffer;
  settings: ApplicationSettings | null;
  ends_in_ms: number | null;
}

interface KnownKey {
  hash: Buffer;
  caller: Caller;
}

const TOUCH_INTERVAL_MS = 60_000;
const TOUCH_DELAY_MS = 500;
/** The application of the demo page in development. */
const DEMO = { id: 'app_demo', name: 'proofline-demo' };
const NO_HASH = Buffer.alloc(32);

/** Creates, revokes and looks up keys. Owns `api_keys`. */
export class ApiKeyService {
  private readonly lookup: CachedLookup<KnownKey>;
  /** When each key was last reported as used, and those to report next. */
  private readonly touchedAt = new Map<string, number>();
  private readonly used = new Set<string>();

  constructor(private readonly statements: Statements) {
    this.lookup = new CachedLookup(async (ids) => {
      const rows = await statements.all<KeyRow>(sql.LOOK_UP_KEYS, [ids]);
      return rows.map(knownKeyOf);
    });
  }

  /**
   * @param application id or name; null for an operator key
   * @returns the key, which is shown only once, and its facts; undefined when there is no such application
   */
  async create(
    kind: ApiKeyKind,
    application: string | null,
    expiresAt: Date | null = null,
  ): Promise<{ key: string; facts: ApiKeyFacts } | undefined> {
    const key = newApiKey(kind);
    const parts = parseApiKey(key);
    if (!parts) throw new Error('A new key must be well-formed');
    const { id, hash, lastFour } = parts;
    const owner = kind === 'operator' ? null : application;
    const bind = [id, kind, owner, hash, lastFour, expiresAt];
    const facts = await this.statements.first<ApiKeyFacts>(sql.CREATE_KEY, bind);
    return facts && { key, facts };
  }

  /** Puts the publishable key of the demo page in force, from these origins. For development. */
  async putDevelopment(key: string, origins: readonly string[]): Promise<void> {
    const parts = parseApiKey(key);
    if (!parts) throw new Error('The key of the demo page is malformed');
    const { id, hash, lastFour } = parts;
    const settings = JSON.stringify({ origins });
    const bind = [id, hash, lastFour, DEMO.id, DEMO.name, settings];
    await this.statements.all(sql.PUT_DEVELOPMENT, bind);
  }

  /** The keys of an application, or all. The oldest come first. */
  list(application: string | null = null): Promise<ApiKeyFacts[]> {
    return this.statements.all<ApiKeyFacts>(sql.LIST_KEYS, [application]);
  }

  /** In force in every process within 5 s. Undefined when there is no such key. */
  revoke(id: string): Promise<ApiKeyFacts | undefined> {
    return this.statements.first<ApiKeyFacts>(sql.REVOKE_KEY, [id]);
  }

  /** The caller with this key; undefined unless the key is in force. */
  async identify(text: string): Promise<Caller | undefined> {
    const parts = parseApiKey(text);
    if (!parts) return undefined;
    const known = await this.lookup.find(parts.id);
    const isRight = timingSafeEqual(parts.hash, known?.hash ?? NO_HASH);
    if (!known || !isRight) return undefined;
    this.touch(parts.id);
    return known.caller;
  }

  private touch(id: string): void {
    const now = performance.now();
    if (now < (this.touchedAt.get(id) ?? -Infinity) + TOUCH_INTERVAL_MS) return;
    this.touchedAt.set(id, now);
    if (this.used.size === 0) setTimeout(() => void this.reportUsed(), TOUCH_DELAY_MS).unref();
    this.used.add(id);
  }

  /** What fails is reported again with the next use after a minute. */
  private async reportUsed(): Promise<void> {
    const ids = [...this.used];
    this.used.clear();
    await this.statements.all(sql.TOUCH_KEYS, [ids]).catch(() => undefined);
  }
}

function knownKeyOf(row: KeyRow): Found<KnownKey> {
  const { id, secret_hash: hash, ends_in_ms: endsInMs } = row;
  return { id, value: { hash, caller: callerOf(row) }, endsInMs: endsInMs ?? undefined };
}

function callerOf({ id, kind, application_id: applicationId, settings }: KeyRow): Caller {
  if (kind === 'operator' || applicationId === null) return { kind: 'operator', keyId: id };
  return { kind, applicationId, keyId: id, settings: settings ?? {} };
}
