import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { VERIFICATION_ID_PATTERN } from '../../domain/verification-id.js';
import type { SearchFilters, SearchPosition } from './search.service.js';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const TIME_BYTES = 8;

/**
 * Seals positions into cursors. Encrypted, because the position may be that of a row that the filters exclude,
 * and bound to the filters, so that a cursor continues its own search only.
 */
export class SearchCursors {
  private readonly key: Buffer;

  /** @param secret any secret of the service that all processes share */
  constructor(secret: string) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'proofline search cursor', 32));
  }

  seal({ id, createdMicros }: SearchPosition, filters: SearchFilters): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, iv).setAAD(textOf(filters));
    const time = Buffer.alloc(TIME_BYTES);
    time.writeBigInt64BE(BigInt(createdMicros));
    const sealed = Buffer.concat([
      cipher.update(Buffer.concat([time, Buffer.from(id)])),
      cipher.final(),
    ]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Undefined for what this service has not sealed for these filters. */
  open(cursor: string, filters: SearchFilters): SearchPosition | undefined {
    const bytes = Buffer.from(cursor, 'base64url');
    // Other texts decode to the same bytes.
    if (bytes.toString('base64url') !== cursor || bytes.length <= IV_BYTES + TAG_BYTES)
      return undefined;
    const opened = this.decrypt(bytes, textOf(filters));
    const id = opened?.subarray(TIME_BYTES).toString() ?? '';
    if (!opened || !VERIFICATION_ID_PATTERN.test(id)) return undefined;
    return { id, createdMicros: String(opened.readBigInt64BE()) };
  }

  private decrypt(bytes: Buffer, boundTo: Buffer): Buffer | undefined {
    const iv = bytes.subarray(0, IV_BYTES);
    const decipher = createDecipheriv(CIPHER, this.key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]);
    } catch {
      return undefined;
    }
  }
}

function textOf(filters: SearchFilters): Buffer {
  const { applicationId, phoneNumber, reference, status, purpose, channel, from, to } = filters;
  const values = [applicationId, phoneNumber, reference, status, purpose, channel, from, to];
  return Buffer.from(JSON.stringify(values.map((value) => value ?? null)));
}
