import { generateKeyPairSync, sign } from 'node:crypto';

/**
 * Generates a certificate for one name, so that the repository holds no key.
 * Written as DER (X.690; RFC 5280, section 4.1), because Node cannot create certificates.
 */
export function selfSignedCertificate(host = 'localhost'): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
  const name = sequence(set(sequence(objectId('550403'), der(0x0c, Buffer.from(host)))));
  const validity = sequence(utcTime('200101000000Z'), utcTime('491231235959Z'));
  const version = der(0xa0, integer(2));
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' });
  const unsigned = sequence(version, integer(1), ecdsaWithSha256, name, validity, name, subjectKey);
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', unsigned, privateKey)]));
  const certificate = sequence(unsigned, ecdsaWithSha256, signature).toString('base64');
  const lines = certificate.match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

function der(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length =
    size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

const sequence = (...parts: Buffer[]) => der(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]) => der(0x31, Buffer.concat(parts));
const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const integer = (value: number) => der(0x02, Buffer.of(value));
const utcTime = (text: string) => der(0x17, Buffer.from(text));
