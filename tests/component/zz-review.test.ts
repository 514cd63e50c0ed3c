import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { startEverySimulator } from '../support/provider-rig.js';
import { startRecordingSms, answers } from './providers/recording-sms.js';
import { TestService, freshNumber } from '../support/service.js';
import { noteSecret } from '../support/evidence.js';

const events = async (s: TestService, id: string) =>
  (await s.rows(`SELECT type, detail FROM verification_events WHERE verification_id = $1 ORDER BY id`, [id]));

describe('probes', () => {
  test('P1 sweep touches a verified row', async () => {
    const second = await startEverySimulator();
    const s = await TestService.start({ VERIFICATION_PROVIDERS: 'sinch-verification,infobip-2fa', INFOBIP_BASE_URL: second.url });
    const n = freshNumber();
    const id = await s.request(n);
    const code = s.sinch.codeFor(n);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((r) => (release = r));
    s.sinch.misbehave('POST', (_q, res: ServerResponse) => void gate.then(() => { res.writeHead(503, {'content-type':'application/json'}); res.end('{"errorCode":50300}'); }));
    const resend = s.post(`/verifications/${id}/resend`, { channel: 'voice' });
    await sleep(200);
    const ok = await s.verify(id, code);
    release();
    const r = await resend;
    console.log('P1 verify', ok.status, ok.body['channel'], 'resend', r.status, r.body['code']);
    console.log('P1 msgs after verify', second.inbox.list(n).length, s.sinch.messages);
    console.log(await s.rows('SELECT status, channel, provider, resend_reference IS NOT NULL AS rr FROM verifications WHERE id=$1', [id]));
    // the same with a hanging process: resend_reference stays
    await s.rows(`UPDATE verifications SET resend_reference = 'x', resend_channel='voice', resend_provider='infobip-2fa' WHERE id = $1`, [id]);
    await s.rows(`UPDATE verifications SET send_started_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await s.background.maintenance.sweep();
    console.log(await s.rows('SELECT status, channel, provider FROM verifications WHERE id=$1', [id]), await events(s, id));
    await s.stop(); await second.close();
  });

  test('P1b verified during an accepted resend: row after the sweep', async () => {
    const s = await TestService.start({});
    const n = freshNumber();
    const id = await s.request(n);
    const code = s.sinch.codeFor(n);
    let verified: number | undefined;
    s.sinch.onStart = async () => { s.sinch.started[0]!.status = 'PENDING'; verified = (await s.verify(id, code)).status; };
    const r = await s.post(`/verifications/${id}/resend`, { channel: 'voice' });
    s.sinch.onStart = undefined;
    console.log('P1b', verified, r.status, r.body);
    await s.rows(`UPDATE verifications SET send_started_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await s.background.maintenance.sweep();
    console.log(await s.rows('SELECT status, channel, provider FROM verifications WHERE id=$1', [id]), await events(s, id));
    await s.stop();
  });

  test('P3 channel of the proof', async () => {
    const s = await TestService.start({});
    const n = freshNumber();
    const id = await s.request(n, { channel: 'flashcall' });
    const cli = s.sinch.codeFor(n);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((r) => (release = r));
    s.sinch.misbehave('PUT', (_q, res: ServerResponse) => void gate.then(() => { res.writeHead(200, {'content-type':'application/json'}); res.end(JSON.stringify({ id: 'x', status: 'SUCCESSFUL' })); }));
    const v = s.verify(id, cli);
    await sleep(200);
    const r = await s.post(`/verifications/${id}/resend`, { channel: 'sms' });
    release();
    const a = await v;
    const payload = JSON.parse(Buffer.from(String(a.body['proof']).split('.')[1]!, 'base64url').toString()) as object;
    console.log('P3', r.status, a.status, a.body['channel'], payload);
    await s.stop();
  });

  test('P5 time by number', async () => {
    const s = await TestService.start({ OTP_MAX_ATTEMPTS: '10' });
    const at = async (phoneNumber: string) => { const t = performance.now(); const a = await s.post('/verify-otp', { phoneNumber, code: '0000' }); return [a.status, performance.now() - t] as const; };
    const slow = (res: ServerResponse) => setTimeout(() => { res.writeHead(400, {'content-type':'application/json'}); res.end('{"errorCode":40003}'); }, 300);
    s.sinch.misbehave('PUT', (_q, res) => void slow(res), 100);
    const known: number[] = [], unknown: number[] = [];
    for (let i = 0; i < 8; i++) {
      const n = freshNumber(); await s.request(n);
      known.push((await at(n))[1]); unknown.push((await at(freshNumber()))[1]);
    }
    const med = (x: number[]) => x.sort((a, b) => a - b)[x.length >> 1];
    console.log('P5 pending', med(known), 'none', med(unknown));
    await s.stop();
  });

  test('P6 slow refusal, then hang', async () => {
    const second = await startRecordingSms();
    second.onSend(() => undefined);
    const s = await TestService.start({ VERIFICATION_PROVIDERS: 'sinch-verification,local-code', SINCH_SMS_URL: second.url, PROVIDER_TIMEOUT_MS: '5000' });
    s.sinch.misbehave('POST', (_q, res) => void setTimeout(() => { res.writeHead(503, {'content-type':'application/json'}); res.end('{"errorCode":50300}'); }, 4800));
    const t = performance.now();
    const a = await s.post('/request-otp', { phoneNumber: freshNumber() });
    console.log('P6', a.status, Math.round(performance.now() - t), 'ms');
    await s.stop(); await second.close();
  });

  test('P4 a gateway says 502 after the provider has sent', async () => {
    const first = await startRecordingSms();
    let sent = 0;
    first.onSend((res) => { sent += 1; answers(502, '<html>502 Bad Gateway</html>', { 'content-type': 'text/html' })(res, undefined as never); });
    const second = await startEverySimulator();
    const s = await TestService.start({ VERIFICATION_PROVIDERS: 'local-code,infobip-2fa', SINCH_SMS_URL: first.url, INFOBIP_BASE_URL: second.url, LIMIT_SEND_PER_PHONE: '5/1h' });
    const n = freshNumber();
    const a = await s.post('/request-otp', { phoneNumber: n });
    console.log('P4', a.status, 'messages', sent, second.inbox.list(n).length);
    await s.stop(); await first.close(); await second.close();
  });

  test('P7 an unreadable 201', async () => {
    const first = await startRecordingSms();
    let text = '';
    first.onSend((res, call) => { text = (JSON.parse(call.body) as { body: string }).body; answers(201, { ok: true })(res, call); });
    const s = await TestService.start({ VERIFICATION_PROVIDERS: 'local-code', SINCH_SMS_URL: first.url });
    const n = freshNumber();
    const a = await s.post('/request-otp', { phoneNumber: n });
    const code = /[0-9]{6}/.exec(text)![0]; noteSecret(code);
    const v = await s.post('/verify-otp', { phoneNumber: n, code });
    console.log('P7', a.status, a.body, v.status, await s.rows('SELECT status FROM verifications'));
    await s.stop(); await first.close();
  });
});
