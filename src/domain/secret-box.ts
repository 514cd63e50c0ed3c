import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  id: string;
  bytes: Buffer;
}

/** Which variable has the keys, and for what. Keys of different uses are independent. */
export interface BoxUse {
  variable: string;
  /** Input of the key derivation; fixed, because stored secrets depend on it. */
  label: string;
}

const ACCOUNT_SECRETS: BoxUse = { variable: 'ACCOUNT_SECRET', label: 'proofline kept secrets' };
export const WEBHOOK_SECRETS: BoxUse = {
  variable: 'OTP_SECRET',
  label: 'proofline webhook secrets',
};

/**
 * Encrypts secrets for the database with AES-256-GCM and binds each to its owner.
 * The first key encrypts, all decrypt: keys can be rotated without losing stored secrets.
 */
export class SecretBox {
  private readonly keys: readonly Key[];

  /** @param secrets values of the variable: 32 characters or more each */
  constructor(
    secrets: readonly string[],
    private readonly use = ACCOUNT_SECRETS,
  ) {
    if (secrets.length === 0) throw new Error(`${use.variable} is not set`);
    this.keys = secrets.map((secret) => keyOf(secret, use.label));
  }

  /** @param owner authenticated with the secret; {@link open} needs the same owner */
  seal(secret: string, owner: string): string {
    const [key] = this.keys as [Key, ...Key[]];
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce);
    cipher.setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    const parts = Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
    return `v1.${key.id}.${parts.toString('base64url')}`;
  }

  /** @throws Error when no key matches, or the owner differs */
  open(sealed: string, owner: string): string {
    const [version, id, text = ''] = sealed.split('.');
    const key = this.keys.find((each) => each.id === id);
    if (version !== 'v1' || !key)
      throw new Error(`A stored secret needs a key of ${this.use.variable} that was removed`);
    const parts = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, parts.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(owner));
    decipher.setAuthTag(parts.subarray(-TAG_BYTES));
    const body = parts.subarray(NONCE_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  }

  /** Whether it was sealed with a key other than the first. */
  needsReseal(sealed: string): boolean {
    return sealed.split('.')[1] !== this.keys[0]?.id;
  }
}

function keyOf(secret: string, label: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', label, 32));
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}
