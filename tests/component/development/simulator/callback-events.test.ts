import { startCallbackReceiver, type CallbackReceiver } from './callback-receiver.js';
import { PHONE, startTestSimulator, wrongCode, type TestSimulator } from './harness.js';

const RESULT = 'VerificationResultEvent';
const DELIVERED = 'VerificationSmsDeliveredEvent';

describe('callbacks of the simulated Sinch after a start', () => {
  let simulator: TestSimulator;
  let receiver: CallbackReceiver;

  beforeEach(async () => {
    receiver = await startCallbackReceiver();
    simulator = await startTestSimulator({ callbackUrl: receiver.url });
  });
  afterEach(async () => {
    await simulator.close();
    await receiver.close();
  });

  it('report the delivery of an SMS', async () => {
    const { body } = await simulator.start({ reference: 'mine', custom: 'yours' });
    expect((await receiver.received(DELIVERED)).event).toEqual({
      id: body['id'],
      event: DELIVERED,
      method: 'sms',
      identity: { type: 'number', endpoint: PHONE },
      reference: 'mine',
      custom: 'yours',
      smsResult: 'Successful',
    });
  });

  it('report a failed delivery and its result', async () => {
    await simulator.settings({ deliveryResult: 'Failed' });
    const { body, status } = await simulator.start();
    expect(status).toBe(200);
    expect((await receiver.received(DELIVERED)).event).toMatchObject({ smsResult: 'Failed' });
    const ended = { status: 'ERROR', reason: 'SMS delivery failure' };
    expect((await receiver.received(RESULT)).event).toMatchObject(ended);
    expect(await simulator.status(body['id'])).toMatchObject(ended);
    expect(simulator.inbox.list()).toEqual([]);
  });

  it('report no delivery with receipts off, nor for other methods', async () => {
    await simulator.start({ method: 'whatsapp' });
    await simulator.settings({ deliveryResult: 'none' });
    const { body } = await simulator.start();
    await simulator.reportSms(body['id'], simulator.codeOf());
    await receiver.received(RESULT);
    expect(receiver.named(DELIVERED)).toEqual([]);
  });

  it('report a success', async () => {
    const { body } = await simulator.start({ reference: 'mine', custom: 'yours' });
    await simulator.reportSms(body['id'], simulator.codeOf());
    const { event, genuine } = await receiver.received(RESULT);
    expect(genuine).toBe(true);
    expect(event).toEqual({
      id: body['id'],
      event: RESULT,
      method: 'sms',
      identity: { type: 'number', endpoint: PHONE },
      reference: 'mine',
      custom: 'yours',
      status: 'SUCCESSFUL',
      source: 'manual',
    });
  });

  it('report a failure once', async () => {
    await simulator.settings({ tries: 1 });
    const { body } = await simulator.start();
    const wrong = wrongCode(simulator.codeOf());
    await simulator.reportSms(body['id'], wrong);
    await simulator.reportSms(body['id'], wrong);
    expect((await receiver.received(RESULT)).event).toMatchObject({
      status: 'FAIL',
      reason: 'Invalid code',
    });
    expect(receiver.named(RESULT)).toHaveLength(1);
  });

  it('report an expiry unprompted', async () => {
    await simulator.settings({ lifetimeSeconds: 0.05 });
    const { body } = await simulator.start();
    expect((await receiver.received(RESULT)).event).toMatchObject({
      id: body['id'],
      status: 'FAIL',
      reason: 'Expired',
    });
  });

  it('report a verification that a newer one replaced', async () => {
    const first = await simulator.start();
    await simulator.start();
    const { event } = await receiver.received(RESULT);
    expect(event).toMatchObject({ id: first.body['id'], status: 'ABORTED' });
    expect(event).not.toHaveProperty('reason');
  });

  it('report a denial', async () => {
    receiver.answerWith({ action: 'deny' });
    await simulator.start();
    expect((await receiver.received(RESULT)).event).toMatchObject({
      status: 'DENIED',
      reason: 'Denied by callback',
    });
  });
});
