import { isUniqueViolation } from '../../database/failures.js';
import type { Statements } from '../../database/statements.js';
import { randomText } from '../../domain/api-key.js';
import type { Application, ApplicationSettings } from '../../domain/application.js';
import { STRANGER, type ApplicationCaller } from '../../domain/caller.js';
import type { SettingsChange } from '../../schemas/application.schema.js';
import * as sql from './applications.sql.js';
import { CachedLookup, MAX_AGE_MS } from './cached-lookup.js';

const ID_LENGTH = 16;

/** Creates and changes applications. Owns `applications`. */
export class ApplicationService {
  private readonly settings: CachedLookup<ApplicationSettings>;
  private origins: ReadonlySet<string> | Promise<ReadonlySet<string>> | undefined;
  private originsEndAt = -Infinity;

  /** @param serviceAudience of the tokens of the default application, unless it sets another */
  constructor(
    private readonly statements: Statements,
    private readonly serviceAudience: string,
  ) {
    this.settings = new CachedLookup((ids) => statements.all(sql.SETTINGS_OF, [ids]));
  }

  /** Undefined when the name or the audience is taken. */
  create(name: string, settings: ApplicationSettings = {}): Promise<Application | undefined> {
    const id = `app_${randomText(ID_LENGTH)}`;
    const bind = [id, name, JSON.stringify(settings), this.serviceAudience];
    return this.statements.first<Application>(sql.CREATE_APPLICATION, bind);
  }

  /** All applications, the oldest first. */
  list(): Promise<Application[]> {
    return this.statements.all<Application>(sql.LIST_APPLICATIONS);
  }

  /** By id or name. */
  find(idOrName: string): Promise<Application | undefined> {
    return this.statements.first<Application>(sql.FIND_APPLICATION, [idOrName]);
  }

  /**
   * Changes the given settings; null removes one. Undefined when there is no such application, `taken` when
   * another application or the service has the audience.
   */
  async set(idOrName: string, change: SettingsChange): Promise<Application | 'taken' | undefined> {
    const bind = [idOrName, JSON.stringify(change)];
    if (change.audience === this.serviceAudience) {
      const found = await this.find(idOrName);
      if (found && found.id !== STRANGER.applicationId) return 'taken';
    }
    try {
      return await this.statements.first<Application>(sql.CHANGE_SETTINGS, bind);
    } catch (error) {
      if (isUniqueViolation(error)) return 'taken';
      throw error;
    }
  }

  /** What an application has set, at most 5 s old. */
  async settingsOf(id: string): Promise<ApplicationSettings> {
    return (await this.settings.find(id)) ?? {};
  }

  /** The caller of a request without a key. Outdated settings serve while the database is away. */
  async stranger(): Promise<ApplicationCaller> {
    const settings = await this.settings.findRecent(STRANGER.applicationId).catch(() => undefined);
    return settings ? { ...STRANGER, settings } : STRANGER;
  }

  /** Whether a publishable key works from this origin. Outdated origins serve while they are loaded again. */
  async isOrigin(origin: string): Promise<boolean> {
    const now = performance.now();
    if (now >= this.originsEndAt) {
      this.originsEndAt = now + MAX_AGE_MS;
      const loading = this.loadOrigins();
      if (this.origins) void loading.then((loaded) => (this.origins = loaded));
      else this.origins = loading;
    }
    return (await this.origins)?.has(origin) ?? false;
  }

  /** Those known before while the database is away. */
  private async loadOrigins(): Promise<ReadonlySet<string>> {
    const known = this.origins;
    try {
      const rows = await this.statements.all<{ origin: string }>(sql.ORIGINS);
      return new Set(rows.map(({ origin }) => origin));
    } catch {
      return (await known) ?? new Set();
    }
  }
}
