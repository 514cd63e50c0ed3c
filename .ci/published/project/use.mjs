// What an application does with the packages on a server. Runs as ES module and, loaded by use.cjs, with
// what CommonJS has required.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** Checks a proof, a webhook and a call, against a service of this process. */
export async function useServer({ createProoflineServer, verifyProof, verifyWebhook }) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'k-1', alg: 'EdDSA' }];
  const service = createServer((req, res) => {
    const isKeys = req.url === '/.well-known/jwks.json';
    const sent = { verificationId: 'v-1', authorization: req.headers.authorization };
    res.setHeader('Content-Type', 'application/json').end(JSON.stringify(isKeys ? { keys } : sent));
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const baseUrl = `http://127.0.0.1:${service.address().port}`;
  const now = Math.floor(Date.now() / 1000);

  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    ...{
      iss: 'proofline',
      aud: 'shop',
      sub: '+14155552671',
      purpose: 'login',
      vid: 'v-1',
      jti: 'p-1',
    },
    ...{ iat: now, exp: now + 300 },
  };
  const signed = `${part({ alg: 'EdDSA', kid: 'k-1', typ: 'phone-proof+jwt' })}.${part(claims)}`;
  const proof = `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
  const options = { baseUrl, purpose: 'login', audience: 'shop' };
  assert.deepEqual(await verifyProof(proof, options), claims);
  await assert.rejects(verifyProof(proof, { ...options, purpose: 'payment' }), {
    code: 'proof_invalid',
  });

  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const body = '{"type":"verification.verified","timestamp":"2026-11-30T12:00:00Z","data":{}}';
  const signature = createHmac('sha256', Buffer.alloc(32, 7))
    .update(`e-1.${now}.${body}`)
    .digest('base64');
  const headers = {
    'webhook-id': 'e-1',
    'webhook-timestamp': `${now}`,
    'webhook-signature': `v1,${signature}`,
  };
  assert.equal((await verifyWebhook({ headers, body }, { secret })).id, 'e-1');
  await assert.rejects(verifyWebhook({ headers, body: `${body} ` }, { secret }), {
    code: 'webhook_invalid',
  });

  const proofline = createProoflineServer({ baseUrl, secretKey: 'pl_sk_1_2' });
  const answer = await proofline.requestOtp({ phoneNumber: '+14155552671' });
  assert.deepEqual(answer, { verificationId: 'v-1', authorization: 'Bearer pl_sk_1_2' });
  service.close();
  service.closeAllConnections();
}

if (process.argv[1] === import.meta.filename) await useServer(await import('@proofline/server'));
