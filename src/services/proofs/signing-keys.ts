import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  jwtVerify,
  type JWK,
  type JWTPayload,
} from 'jose';
import { splitPrivateKeys } from '../../config/rules.js';

export interface SigningOptions {
  /** PKCS #8 PEM of Ed25519 keys: the first signs, all are published and accepted. */
  privateKeys: string;
  issuer: string;
  audience: string;
}

interface PublishedKey {
  privateKey: KeyObject;
  jwk: JWK & { kid: string };
}

// Any moment before every token: jose is to leave the time to the database, whose clock made `exp`.
const NO_TIME = new Date(0);

/** Signs tokens with EdDSA (RFC 8037) and knows its own signatures again. Each kind of token has a `typ` of its own. */
export class SigningKeys {
  private readonly publicKeys: ReturnType<typeof createLocalJWKSet>;
  /** Encoded, by `typ`: there are as many as kinds of tokens. */
  private readonly headers = new Map<string, string>();

  private constructor(
    private readonly keys: readonly [PublishedKey, ...PublishedKey[]],
    private readonly options: SigningOptions,
  ) {
    this.publicKeys = createLocalJWKSet(this.jwks());
  }

  static async create(options: SigningOptions): Promise<SigningKeys> {
    const [first, ...rest] = await Promise.all(splitPrivateKeys(options.privateKeys).map(publish));
    if (!first) throw new Error('PROOF_PRIVATE_KEY holds no key');
    return new SigningKeys([first, ...rest], options);
  }

  /**
   * A compact JWT of this `typ`; issuer and audience are added. Written out (RFC 7515, section 5.1) and signed in this thread:
   * by way of WebCrypto the same signature costs three times as much.
   */
  sign(typ: string, claims: JWTPayload): string {
    const [{ privateKey }] = this.keys;
    const { issuer: iss, audience: aud } = this.options;
    const signed = `${this.headerOf(typ)}.${encoded({ ...claims, iss, aud })}`;
    return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
  }

  /**
   * The claims of a token of ours of this `typ`; undefined for anything else. RFC 8725: algorithm, issuer, audience and type
   * are ours to say, never the token's. Whether it is in time is for the caller to ask the database.
   */
  async verify(token: string, typ: string, required: string[]): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.publicKeys, {
        algorithms: ['EdDSA'],
        issuer: this.options.issuer,
        audience: this.options.audience,
        typ,
        currentDate: NO_TIME,
        requiredClaims: required,
      });
      return payload;
    } catch {
      return undefined;
    }
  }

  private headerOf(typ: string): string {
    const known = this.headers.get(typ);
    if (known !== undefined) return known;
    const header = encoded({ alg: 'EdDSA', typ, kid: this.keys[0].jwk.kid });
    this.headers.set(typ, header);
    return header;
  }

  /** The public keys as a JWK set (RFC 7517), without any private member. */
  jwks(): { keys: JWK[] } {
    return { keys: this.keys.map((key) => key.jwk) };
  }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

async function publish(pem: string): Promise<PublishedKey> {
  const privateKey = createPrivateKey(pem);
  const jwk = await exportJWK(createPublicKey(privateKey));
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, jwk: { ...jwk, kid, alg: 'EdDSA', use: 'sig' } };
}
