import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { TestService, freshNumber } from '../../support/service.js';
import { operatorOf, proofline, startProofline, TIMEOUT_MS, type Outcome } from './command-line.js';

const NOWHERE = { DATABASE_URL: 'postgres://nobody:pa55word@127.0.0.1:9/nothing' };

describe('the command line', () => {
  test(
    'prints its help',
    async () => {
      const help = await proofline({}, 'help');
      expect(help.exitCode).toBe(0);
      for (const command of [
        'show',
        'number',
        'unblock',
        'block',
        'safe',
        'unlist',
        'rules',
        'purge',
        'sweep',
        'erase',
      ]) {
        expect(help.out).toMatch(new RegExp(`^  ${command}( <|$)`, 'm'));
      }
    },
    TIMEOUT_MS,
  );

  test(
    'prints its version, and the help of a command with examples',
    async () => {
      const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
      expect((await proofline({}, '--version')).out).toBe(`proofline ${version}\n`);
      const [help, option] = [
        await proofline({}, 'help', 'block'),
        await proofline({}, 'block', '-h'),
      ];
      expect([help.exitCode, option.exitCode]).toEqual([0, 0]);
      expect(help.out).toContain('  proofline block "+1415555*" --note "ticket 12"\n');
      expect(option.out).toBe(help.out);
    },
    TIMEOUT_MS,
  );

  test.each([
    ['no command', []],
    ['an unknown command', ['drop-everything'], 'Unknown command "drop-everything"'],
    ['a misspelt command', ['shw'], 'did you mean "show"?'],
    ['a name of JavaScript', ['constructor'], 'Unknown command "constructor"\nSee'],
    ['a command of other programs', ['help', 'allow'], 'did you mean "safe"?'],
    ['an extra operand', ['rules', '+14155552671'], 'Unexpected "+14155552671"'],
    ['a number without quotes', ['number', '+1', '415', '555'], 'Unexpected "415"'],
    ['a prefix without a star', ['block', '+1415555'], '"+1415555*"'],
    ['a prefix to erase', ['erase', '+1415555*', '--yes'], 'is a prefix'],
    ['an option of another command', ['rules', '--sends'], '--sends'],
    ['no --yes', ['erase', '+14155552671']],
  ])(
    'exits with 2 and changes nothing: %s',
    async (_what, args, named = '') => {
      const { exitCode, out, err } = await proofline(NOWHERE, ...args);
      expect([exitCode, out]).toEqual([2, '']);
      expect(err).toMatch(/proofline help/);
      expect(err).not.toContain('    at ');
      expect(err).toContain(named);
    },
    TIMEOUT_MS,
  );

  test.each([
    ['usage', 2, ['block', '+1415555', '--json'], /\+1415555\*/],
    ['usage', 2, ['rules', '--json', '--jsno'], /--json\?$/],
    ['failed', 1, ['rules', '--json'], /ECONNREFUSED/],
  ])(
    'prints one JSON object for a failure: %s, %i, %j',
    async (code, exitCode, args, message) => {
      const outcome = await proofline(NOWHERE, ...args);
      expect(outcome.exitCode).toBe(exitCode);
      expect(outcome.out.trimEnd().split('\n')).toHaveLength(1);
      expect(outcome.json()).toEqual({ error: { code, message: expect.stringMatching(message) } });
      expect(outcome.err).toBe('');
    },
    TIMEOUT_MS,
  );

  test(
    'ends quietly when nobody reads its output',
    async () => {
      const child = startProofline({}, 'help');
      child.stdout.destroy();
      let err = '';
      child.stderr.on('data', (text) => (err += String(text)));
      const [exitCode] = (await once(child, 'close')) as [number];
      expect([exitCode, err]).toEqual([0, '']);
    },
    TIMEOUT_MS,
  );

  test(
    'names misspelt variables, and refuses to run with them in production',
    async () => {
      const misspelt = { ...NOWHERE, OTP_TTL_SECOND: '60' };
      const named =
        'OTP_TTL_SECOND: is not a variable of this service; did you mean OTP_TTL_SECONDS?';
      const production = await proofline({ ...misspelt, NODE_ENV: 'production' }, 'rules');
      expect(production.exitCode).toBe(1);
      expect(production.err).toContain(named);
      expect((await proofline(misspelt, 'rules')).err).toContain(named);
    },
    TIMEOUT_MS,
  );

  test(
    'reports an unreachable database in one line, without its password',
    async () => {
      const { exitCode, err } = await proofline(NOWHERE, 'rules');
      expect(exitCode).toBe(1);
      expect(err).toContain('ECONNREFUSED');
      expect(err).not.toMatch(/pa55word| {4}at /);
    },
    TIMEOUT_MS,
  );

  test.each([
    ['rules', ['DATABASE_URL'], ['OTP_SECRET', 'OTP_COUNTRIES', 'SINCH_APPLICATION_KEY']],
    ['purge', ['DATABASE_URL', 'OTP_SECRET', 'OTP_COUNTRIES', 'SINCH_APPLICATION_KEY'], []],
  ])(
    'names the variables that %s needs',
    async (command, needed, others) => {
      const { exitCode, err } = await proofline({ NODE_ENV: 'production' }, command);
      expect(exitCode).toBe(1);
      for (const name of needed) expect(err).toContain(name);
      for (const name of others) expect(err).not.toContain(name);
    },
    TIMEOUT_MS,
  );
});

describe('show and number', () => {
  const LIMITS = { LIMIT_SEND_PER_PHONE: '5/1h,10/24h', LIMIT_WRONG_PER_PHONE: '10/1h' };
  let service: TestService;
  let operator: Awaited<ReturnType<typeof operatorOf>>;
  beforeAll(async () => {
    service = await TestService.start({ ...LIMITS, LIMIT_RESEND_COOLDOWN_SECONDS: '30' });
    operator = await operatorOf(service, LIMITS);
  });
  afterAll(() => service.stop());

  const expectNoSecrets = ({ out, err }: Outcome, phoneNumber: string) => {
    expect(err).toBe('');
    const [started] = service.sinch.started.filter((one) => one.number === phoneNumber);
    expect(out).not.toContain(started!.reference);
    expect(out).not.toContain(started!.id);
    expect(out.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\+\d+/g, '')).not.toMatch(
      new RegExp(`(?<![0-9a-z])${started!.code}(?![0-9a-z])`),
    );
  };

  test(
    'shows a verification with its timeline',
    async () => {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber, { purpose: 'login', reference: 'order-7' });
      await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
      const text = await operator('show', id);
      expect(text.exitCode).toBe(0);
      for (const part of [id, phoneNumber, 'pending', 'login', 'order-7', '1 of 5', 'denied']) {
        expect(text.out).toContain(part);
      }
      expectNoSecrets(text, phoneNumber);
      const machine = await operator('show', id, '--json');
      expect(machine.json()).toMatchObject({
        id,
        phoneNumber,
        status: 'pending',
        attempts: 1,
        timeline: [
          { type: 'requested' },
          { type: 'sent' },
          { type: 'denied', reason: 'wrong_code' },
        ],
      });
      expectNoSecrets(machine, phoneNumber);
    },
    TIMEOUT_MS,
  );

  test(
    'reports an unknown verification',
    async () => {
      const { exitCode, out, err } = await operator('show', '0'.repeat(37));
      expect([exitCode, out, err]).toEqual([1, '', 'Verification not found.\n']);
    },
    TIMEOUT_MS,
  );

  test(
    'shows the limits of a number',
    async () => {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      for (let i = 0; i < 3; i += 1)
        await service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
      const { exitCode, out } = await operator('number', phoneNumber);
      expect(exitCode).toBe(0);
      expect(out).toMatch(/wrong codes +3 in a row/);
      expect(out).toMatch(/stopped +no/);
      expect(out).toMatch(/cool-down +\d+ s left/);
      expect(out).toMatch(/send-per-phone +1 of 5 in 1 h/);
      expect(out).toMatch(/send-per-phone +1 of 10 in 24 h/);
      expect(out).toMatch(/wrong-per-phone +3 of 10 in 1 h/);
      expect(out).toMatch(/user +none/);
      expect(out).toContain(`${id}  pending (verification)`);
      await service.verify(id, service.sinch.codeFor(phoneNumber));
      const after = await operator('number', phoneNumber, '--json');
      expect(after.json()).toMatchObject({
        wrongRun: 0,
        stopped: false,
        user: { status: 'verified' },
        verifications: [{ id, status: 'verified' }],
      });
    },
    TIMEOUT_MS,
  );
});
