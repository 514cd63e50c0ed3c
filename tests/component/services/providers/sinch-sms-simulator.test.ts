import { MessageRenderer } from '../../../../src/services/messages/messages.js';
import type { SinchSmsSimulatorSettings } from '../../../../src/development/simulator/sinch-sms/settings.js';
import {
  startSimulator,
  type RunningSimulator,
} from '../../../../src/development/simulator/start-simulator.js';
import { APPLICATION, send } from '../../development/simulator/harness.js';
import { startReportReceiver } from '../../development/simulator/report-receiver.js';
import {
  failureOf,
  MESSAGE,
  PLAN,
  planSender,
  PROJECT,
  projectSender,
} from '../messages/sms-senders.js';

let simulator: RunningSimulator;
beforeEach(async () => {
  simulator = await startSimulator({ ...APPLICATION, sinchSms: { ...PLAN, ...PROJECT } });
});
afterEach(() => simulator.close());

const control = (body: object) =>
  send(simulator.url, { method: 'PUT', path: '/simulator/control', body });
const settings = (sinchSms: Partial<SinchSmsSimulatorSettings>) => control({ sinchSms });
const tokensGivenOut = async () => {
  const { text } = await send(simulator.url, { method: 'GET', path: '/simulator/calls' });
  const calls = JSON.parse(text) as { path: string; status: number }[];
  return calls.filter(({ path, status }) => path === '/oauth2/token' && status === 200).length;
};
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);
const SENDERS = [
  ['a service plan', planSender],
  ['a project', projectSender],
] as const;

describe.each(SENDERS)('the sender for %s against the simulated API', (_variant, sender) => {
  it('delivers a message with its code', async () => {
    const { messageId } = await sender(simulator.url).send(MESSAGE);
    expect(messageId).toMatch(/^[0-9A-Z]{26}$/);
    expect(simulator.inbox.list(MESSAGE.to)).toMatchObject([
      { channel: 'sms', text: MESSAGE.text, code: '739104' },
    ]);
  });

  it.each(['en', 'ar', 'hi', 'zh'])('delivers every character: %s', async (locale) => {
    const message = { purpose: 'login', locale, code: '739104' };
    const config = { brand: 'Café 24/7', origin: 'example.com', androidAppHash: 'FA+9qCX9V/u' };
    const text = new MessageRenderer(config).render(message);
    await sender(simulator.url).send({ ...MESSAGE, text });
    expect(simulator.inbox.list(MESSAGE.to)).toMatchObject([{ text, code: '739104' }]);
  });

  it('does not deliver a message after its code expires', async () => {
    await settings({ queueMs: 1100 });
    await sender(simulator.url).send({ ...MESSAGE, expiresAt: inSeconds(1) });
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect(simulator.inbox.list()).toEqual([]);
  });

  it('requests and receives a delivery report', async () => {
    const receiver = await startReportReceiver();
    const { messageId } = await sender(simulator.url, { callbackUrl: receiver.url }).send(MESSAGE);
    const [{ report }] = await receiver.received(1);
    expect(report).toMatchObject({
      type: 'recipient_delivery_report_sms',
      batch_id: messageId,
      client_reference: MESSAGE.reference,
      recipient: MESSAGE.to.slice(1),
      status: 'Delivered',
    });
    await receiver.close();
  });

  it.each([
    ['a bad number', { to: '+1' }, 'rejected-destination'],
    ['an expired message', { expiresAt: inSeconds(-1) }, 'bad-credentials'],
  ])('agree on %s', async (_what, fields, kind) => {
    const failure = await failureOf(sender(simulator.url).send({ ...MESSAGE, ...fields }));
    expect(failure.kind).toBe(kind);
    expect(simulator.inbox.list()).toEqual([]);
  });

  it.each([
    [40300, 'rejected-destination'],
    [40303, 'bad-credentials'],
    [40304, 'bad-credentials'],
    [42900, 'rate-limited'],
    [50000, 'timeout-unknown'],
  ])('agree on the error %d', async (errorCode, kind) => {
    await control({ faults: [{ kind: 'error', errorCode, operation: 'start' }] });
    expect((await failureOf(sender(simulator.url).send(MESSAGE))).kind).toBe(kind);
  });

  it('sends once when the response is lost', async () => {
    await control({ faults: [{ kind: 'reset', operation: 'start', process: true }] });
    const { messageId } = await sender(simulator.url).send(MESSAGE);
    expect(messageId).toMatch(/^[A-Z0-9]{26}$/i);
    expect(simulator.inbox.list()).toHaveLength(1);
  });
});

describe('the sender for a project with expiring tokens', () => {
  it('sends each of 40 messages once', async () => {
    const sender = projectSender(simulator.url);
    await settings({ tokenLifetimeSeconds: 0.2 });
    await sender.send(MESSAGE);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await settings({ tokenLifetimeSeconds: 3599 });
    await Promise.all(Array.from({ length: 39 }, () => sender.send(MESSAGE)));
    expect(simulator.inbox.list()).toHaveLength(40);
    expect(await tokensGivenOut()).toBe(2);
  });

  it('replaces a token that the server expires early', async () => {
    const sender = projectSender(simulator.url);
    await control({
      faults: [
        {
          kind: 'answer',
          status: 401,
          headers: { 'WWW-Authenticate': 'Bearer error_description="Jwt expired"' },
          operation: 'start',
          count: 1,
        },
      ],
    });
    await sender.send(MESSAGE);
    expect(simulator.inbox.list()).toHaveLength(1);
    expect(await tokensGivenOut()).toBe(2);
  });
});
