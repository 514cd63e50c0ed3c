import { randomUUID } from 'node:crypto';
import { noteSecret } from '../support/evidence.js';
import { freshNumber } from '../support/service.js';
import { ProcessHarness } from './support/process-harness.js';

/** Preload script: kills the process when it is about to answer a right code. */
const CRASH_BEFORE_THE_ANSWER = `
  import { ServerResponse } from 'node:http';
  const { end } = ServerResponse.prototype;
  ServerResponse.prototype.end = function (...args) {
    if (this.req.url === '/verify-otp' && this.statusCode === 200) process.kill(process.pid, 'SIGKILL');
    else return end.apply(this, args);
    return this;
  };`;

test('a right code whose answer is lost in a crash gets its success from another process', async () => {
  const harness = await ProcessHarness.start(1);
  try {
    await harness.add({}, CRASH_BEFORE_THE_ANSWER);
    const [client, doomed] = harness.clients as [typeof harness.client, typeof harness.client];
    const phoneNumber = freshNumber();
    const id = await harness.request(phoneNumber);
    const code = harness.sinch.codeFor(phoneNumber);
    const headers = { 'idempotency-key': randomUUID() };
    const body = { verificationId: id, code };
    await expect(doomed.post('/verify-otp', body, headers)).rejects.toThrow();
    const [row] = await harness.rows('SELECT status, proof_id FROM verifications');
    expect(row?.['status']).toBe('verified');

    const unkeyed = await client.post('/verify-otp', body);
    expect([unkeyed.status, unkeyed.body['code']]).toEqual([409, 'already_verified']);
    const answer = await client.post('/verify-otp', body, headers);
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    const proof = String(answer.body['proof']);
    noteSecret(proof);
    const claims = Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString();
    expect(JSON.parse(claims)).toMatchObject({ jti: row?.['proof_id'], sub: phoneNumber, vid: id });
    expect(harness.sinch.comparisons).toBe(1);
    expect((await client.post('/proofs/spend', { proof })).status).toBe(200);
  } finally {
    await harness.stop();
  }
});
