import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { noteSecret } from '../support/evidence.js';
import type { ServiceProcess } from '../support/service-process.js';
import { freshNumber } from '../support/service.js';
import { Client, type Result } from './support/client.js';
import { recordMeasurement, scaledForLoad } from './support/measurements.js';
import { ProcessHarness } from './support/process-harness.js';

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 5);
const REQUESTS = ROUNDS > 5 ? 500 : 150;
const CLIENTS = 12;

interface KnownVerification {
  id: string;
  phoneNumber: string;
  successes: number;
  /** The highest number of attempts seen in a response or in the database. */
  attempts: number;
}

class ClientHistory {
  readonly known = new Map<string, KnownVerification>();
  readonly violations: string[] = [];
  answers = 0;

  constructor(private readonly harness: ProcessHarness) {}

  /** A 200 promises that the row is durable. */
  async request(client: Client): Promise<void> {
    const phoneNumber = freshNumber();
    noteSecret(phoneNumber);
    const result = await this.count(client.attempt('POST', '/request-otp', { phoneNumber }));
    if (!('answer' in result) || result.answer.status !== 200) return;
    const id = String(result.answer.body['verificationId']);
    this.known.set(id, { id, phoneNumber, successes: 0, attempts: 0 });
  }

  async verify(client: Client, one: KnownVerification, isRight: boolean): Promise<void> {
    const { id, phoneNumber } = one;
    const { sinch } = this.harness;
    const code = isRight ? sinch.codeFor(phoneNumber) : sinch.wrongCodeFor(phoneNumber);
    const body = { verificationId: id, code };
    const result = await this.count(client.attempt('POST', '/verify-otp', body));
    if (!('answer' in result)) return;
    const { status, body: response } = result.answer;
    if (status === 401)
      one.attempts = Math.max(one.attempts, 5 - Number(response['attemptsRemaining']));
    if (status !== 200) return;
    one.successes += 1;
    if (!isRight) this.violations.push(`${id}: a wrong code was accepted`);
    if (one.successes > 1) this.violations.push(`${id}: its code was accepted twice`);
  }

  /** Mostly checks one of the newest verifications, else requests a code. */
  async step(client: Client): Promise<void> {
    const choice = randomInt(10);
    const all = [...this.known.values()];
    const one = all[all.length - 1 - randomInt(Math.max(1, Math.min(all.length, 30)))];
    if (choice < 4 || !one) await this.request(client);
    else await this.verify(client, one, choice < 7);
  }

  async audit(): Promise<void> {
    const rows = await this.harness.rows(
      `SELECT v.id, v.status, v.attempts, v.send_reference, u.status AS user_status
       FROM verifications v LEFT JOIN users u USING (phone_number)`,
    );
    const byId = new Map(rows.map((row) => [row['id'], row]));
    for (const one of this.known.values()) {
      const row = byId.get(one.id);
      if (!row) {
        this.violations.push(`${one.id}: the acknowledged row is missing`);
        continue;
      }
      const isVerified = row['status'] === 'verified' && row['user_status'] === 'verified';
      if (one.successes > 0 && !isVerified)
        this.violations.push(`${one.id}: the success is missing`);
      const attempts = Number(row['attempts']);
      if (attempts < one.attempts) this.violations.push(`${one.id}: attempts decreased`);
      one.attempts = attempts;
    }
    const references = new Set(rows.map((row) => row['send_reference']));
    const { started } = this.harness.sinch;
    for (const { id, reference } of started) {
      if (!references.has(reference)) this.violations.push(`${id}: a message without a row`);
    }
    if (new Set(started.map((one) => one.reference)).size !== started.length) {
      this.violations.push('a message was sent twice');
    }
  }

  private async count(result: Promise<Result>): Promise<Result> {
    const settled = await result;
    if ('answer' in settled) this.answers += 1;
    return settled;
  }
}

async function restart(
  harness: ProcessHarness,
  killed: ServiceProcess,
): Promise<[ServiceProcess, number]> {
  const from = performance.now();
  const service = await harness.add({ PORT: killed.port });
  const client = new Client(service.url);
  while ((await client.get('/readyz')).status !== 200) await sleep(10);
  client.close();
  return [service, performance.now() - from];
}

async function round(history: ClientHistory, service: ServiceProcess): Promise<void> {
  const killAt = history.answers + randomInt(20, REQUESTS);
  let isDead = false;
  let left = REQUESTS;
  const killing = (async () => {
    while (history.answers < killAt && left > 0) await sleep(1);
    isDead = true;
    await service.kill();
  })();
  const clients = Array.from({ length: CLIENTS }, async () => {
    const client = new Client(service.url, 1);
    while (!isDead && left > 0) {
      left -= 1;
      await history.step(client);
    }
    client.close();
  });
  await Promise.all([killing, ...clients]);
}

test(
  `kill -9 under load, ${ROUNDS} times: no acknowledged row is lost and no code works twice`,
  async () => {
    const harness = await ProcessHarness.start(1);
    const history = new ClientHistory(harness);
    // The provider approves a code repeatedly, so only the service makes it work once.
    const approveAgain = setInterval(() => {
      for (const one of harness.sinch.started)
        if (one.status === 'SUCCESSFUL') one.status = 'PENDING';
    }, 2);
    try {
      let { service } = harness;
      const startsMs: number[] = [];
      for (let i = 0; i < ROUNDS; i += 1) {
        await round(history, service);
        await history.audit();
        const [next, readyMs] = await restart(harness, service);
        service = next;
        startsMs.push(readyMs);
      }
      const client = new Client(service.url, CLIENTS);
      const recent = [...history.known.values()].slice(-100);
      await Promise.all([...recent, ...recent].map((one) => history.verify(client, one, true)));
      client.close();
      await history.audit();
      recordMeasurement('F6 answers', history.answers);
      recordMeasurement('F6 longest ms until ready', Math.max(...startsMs));
      expect(history.violations).toEqual([]);
      expect(Math.max(...startsMs)).toBeLessThan(scaledForLoad(3_000));
      expect(
        [...history.known.values()].filter((one) => one.successes === 1).length,
      ).toBeGreaterThan(20);
    } finally {
      clearInterval(approveAgain);
      await harness.stop();
    }
  },
  ROUNDS * 15_000 + 30_000,
);
