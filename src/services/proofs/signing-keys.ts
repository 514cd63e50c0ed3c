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
  /** Ed25519 keys as PKCS #8 PEM: the first signs, all are published and accepted. */
  privateKeys: string;
  issuer: string;
  /** Of tokens that name no other. */
  audience: string;
}

interface PublishedKey {
  privateKey: KeyObject;
  jwk: JWK & { kid: string };
}

// Keeps jose from checking `exp`: the database's clock set it and checks it.
const EPOCH = new Date(0);

/** Signs and verifies JWTs with EdDSA (RFC 8037). Each kind of token has its own `typ`. */
export class SigningKeys {
  private readonly publicKeys: ReturnType<typeof createLocalJWKSet>;
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
   * A compact JWT (RFC 7515, section 5.1) with issuer and audience added.
   * Signs with `node:crypto`, because jose's WebCrypto takes three times as long.
   */
  sign(typ: string, claims: JWTPayload, audience = this.options.audience): string {
    const [{ privateKey }] = this.keys;
    const { issuer: iss } = this.options;
    const signingInput = `${this.headerOf(typ)}.${encode({ ...claims, iss, aud: audience })}`;
    const signature = sign(null, Buffer.from(signingInput), privateKey);
    return `${signingInput}.${signature.toString('base64url')}`;
  }

  /**
   * The claims of our token of this `typ`; undefined for anything else. Algorithm, issuer, audience and type
   * are fixed (RFC 8725). The caller must check `exp` against the database's clock.
   */
  async verify(
    token: string,
    typ: string,
    required: string[],
    audience = this.options.audience,
  ): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.publicKeys, {
        algorithms: ['EdDSA'],
        issuer: this.options.issuer,
        audience,
        typ,
        currentDate: EPOCH,
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
    const header = encode({ alg: 'EdDSA', typ, kid: this.keys[0].jwk.kid });
    this.headers.set(typ, header);
    return header;
  }

  /** The public keys as a JWK set (RFC 7517). */
  jwks(): { keys: JWK[] } {
    return { keys: this.keys.map((key) => key.jwk) };
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

async function publish(pem: string): Promise<PublishedKey> {
  const privateKey = createPrivateKey(pem);
  const jwk = await exportJWK(createPublicKey(privateKey));
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, jwk: { ...jwk, kid, alg: 'EdDSA', use: 'sig' } };
}
