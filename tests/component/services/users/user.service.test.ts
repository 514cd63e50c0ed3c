import { defineModels } from '../../../../src/models/index.js';
import { UserService } from '../../../../src/services/users/user.service.js';
import { TestService, freshNumber } from '../../../support/service.js';

describe('the user service', () => {
  let service: TestService;
  let users: UserService;
  beforeAll(async () => {
    service = await TestService.start();
    users = new UserService(defineModels(service.db));
  });
  afterAll(() => service.stop());

  test('finds no user before a number is proved', async () => {
    expect(await users.findByPhoneNumber(freshNumber())).toBeUndefined();
  });

  test('finds the user created by a verification', async () => {
    const phoneNumber = freshNumber();
    await service.verify(await service.request(phoneNumber), service.sinch.codeFor(phoneNumber));
    expect(await users.findByPhoneNumber(phoneNumber)).toEqual({
      phoneNumber,
      country: 'US',
      status: 'verified',
      verifiedAt: expect.any(Date),
      lastVerifiedAt: expect.any(Date),
    });
  });

  test('keeps the time of the first proof when a number is verified again', async () => {
    const phoneNumber = freshNumber();
    await users.markVerified(phoneNumber, 'US');
    const first = await users.findByPhoneNumber(phoneNumber);
    await users.markVerified(phoneNumber, 'US');
    const second = await users.findByPhoneNumber(phoneNumber);
    expect(second?.verifiedAt).toEqual(first?.verifiedAt);
    expect(Number(second?.lastVerifiedAt)).toBeGreaterThan(Number(first?.lastVerifiedAt));
    expect(
      await service.rows('SELECT count(*)::int AS n FROM users WHERE phone_number = $1', [
        phoneNumber,
      ]),
    ).toEqual([{ n: 1 }]);
  });

  test('lists users by number, page by page', async () => {
    await service.rows('DELETE FROM users');
    const numbers = ['+14155550001', '+14155550002', '+14155550003'];
    for (const number of numbers) await users.markVerified(number, 'US');
    const first = await users.list({ limit: 2 });
    expect(first.map(({ phoneNumber }) => phoneNumber)).toEqual(numbers.slice(0, 2));
    const second = await users.list({ limit: 2, after: '+14155550002' });
    expect(second.map(({ phoneNumber }) => phoneNumber)).toEqual(numbers.slice(2));
  });
});
