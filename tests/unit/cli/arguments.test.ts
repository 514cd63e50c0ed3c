import {
  readCommandLine,
  readNumber,
  readPattern,
  UsageError,
} from '../../../src/cli/arguments.js';
import { COMMANDS } from '../../../src/cli/commands.js';
import { helpText } from '../../../src/cli/help.js';

describe('the command line of the operator', () => {
  test('is parsed into command, operands and options', () => {
    expect(readCommandLine(['block', '+1415*', '--note', 'fraud', '--json'])).toEqual({
      command: 'block',
      operands: ['+1415*'],
      options: { json: true, help: false, sends: false, yes: false, note: 'fraud' },
      optionNames: ['note', 'json'],
    });
    expect(readCommandLine([])).toMatchObject({
      command: undefined,
      operands: [],
      optionNames: [],
    });
  });

  test.each([
    [['rules', '--force']],
    [['rules', '--json=yes']],
    [['block', '+1415*', '--note']],
    [['block', '+1415*', '--note', 'x'.repeat(501)]],
  ])('is refused: %j', (argv) => {
    expect(() => readCommandLine(argv)).toThrow(UsageError);
  });

  test.each([
    [['erase', '+14155552671', '--dry-run'], "Unknown option '--dry-run'"],
    [['erase', '+14155552671', '-y'], "Unknown option '-y'"],
    [['rules', '--json=yes'], "Option '--json' does not take an argument"],
    [['block', '+1415*', '--note', '-x'], "Option '--note' argument is ambiguous"],
  ])('names what it refuses, and nothing else: %j', (argv, message) => {
    expect(() => readCommandLine(argv)).toThrow(new UsageError(message));
  });

  test('has a help that lists every command', () => {
    const text = helpText().join('\n');
    for (const [name, { summary }] of COMMANDS) {
      expect(text).toContain(`\n  ${name}`);
      expect(text).toContain(summary);
    }
  });
});

describe('a number', () => {
  test('is parsed in E.164 format, with any grouping', () => {
    expect(readNumber('+1 415 555 2671')).toMatchObject({ e164: '+14155552671', country: 'US' });
  });

  test('is found in its canonical form, also if only a test could have it', () => {
    expect(readNumber('+54 11 2345 6789').e164).toBe('+5491123456789');
    expect(readNumber('+447700900123')).toMatchObject({ e164: '+447700900123', country: 'GB' });
  });

  test.each(['hello', '4155552671', '+1415', '', '+1415555267x', '+1415*'])(
    'is refused: "%s"',
    (text) => {
      expect(() => readNumber(text)).toThrow(UsageError);
    },
  );
});

describe('a pattern', () => {
  test('of a whole number gets its canonical form, and a prefix stays as written', () => {
    expect(readPattern('+541123456789')).toBe('+5491123456789');
    expect(readPattern('+5411*')).toBe('+5411*');
  });

  test.each(['+14155552671', '+1*', '+1415*', '+14155552671*'])(
    'is a number or a prefix: %s',
    (text) => {
      expect(readPattern(text)).toBe(text);
    },
  );

  // Too short for a whole number: the star is missing.
  test.each(['+1415', '*', '+*', '+0*', '1415*', '+1*415', '+1415**', '+1415%', '+1415* '])(
    'is refused: "%s"',
    (text) => {
      expect(() => readPattern(text)).toThrow(UsageError);
    },
  );
});
