import type { Statements } from '../database/statements.js';
import type { CodeStore } from './code-store.js';

const PUT = `
INSERT INTO local_codes (key, hash, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3::int))
RETURNING key`;

const FIND = `SELECT hash FROM local_codes WHERE key = $1 AND expires_at > now()`;

/** Codes in Postgres. Owns `local_codes`. Expired rows stay, invisible, until the retention deletes them. */
export class PostgresCodeStore implements CodeStore {
  constructor(private readonly statements: Statements) {}

  async put(key: string, hash: Buffer, ttlSeconds: number): Promise<void> {
    await this.statements.all(PUT, [key, hash, ttlSeconds]);
  }

  async find(key: string): Promise<Buffer | undefined> {
    const row = await this.statements.first<{ hash: Buffer }>(FIND, [key]);
    return row?.hash;
  }
}
