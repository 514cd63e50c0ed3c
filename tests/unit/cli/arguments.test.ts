import {
  readCommandLine,
  readListedPattern,
  readNumber,
  readPattern,
  UsageError,
} from '../../../src/cli/arguments.js';
import { COMMANDS } from '../../../src/cli/commands.js';
import { help, helpOf } from '../../../src/cli/help.js';

describe('the command line of the operator', () => {
  test('is parsed into command, operands and options', () => {
    expect(readCommandLine(['block', '+1415*', '--note', 'fraud', '--json'])).toMatchObject({
      command: 'block',
      operands: ['+1415*'],
      options: {
        json: true,
        help: false,
        version: false,
        sends: false,
        yes: false,
        note: 'fraud',
      },
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
    [['rules', '--jsno'], "Unknown option '--jsno'; did you mean --json?"],
    [['block', '+1415*', '--notes=x'], "Unknown option '--notes'; did you mean --note?"],
  ])('names what it refuses, and nothing else: %j', (argv, message) => {
    expect(() => readCommandLine(argv)).toThrow(new UsageError(message));
  });

  test('has a help that lists every command', () => {
    const text = help().lines.join('\n');
    for (const [name, { summary }] of COMMANDS) {
      expect(text).toContain(`\n  ${name}`);
      expect(text).toContain(summary);
    }
  });

  test.each([...COMMANDS])('has a help of %s, whose examples are valid', (name, command) => {
    const text = helpOf(name, command).lines.join('\n');
    expect(text).toContain(`Usage: proofline ${name}`);
    for (const option of command.options ?? []) expect(text).toContain(`--${option}`);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      expect(text).toContain(`proofline ${name} ${example}`.trimEnd());
      const words = (example.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) =>
        word.replace(/^(["'])(.*)\1$/, '$2'),
      );
      const { operands, options } = readCommandLine([name, ...words]);
      expect(command.plan(operands[0] ?? '', options)).toBeInstanceOf(Function);
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

  test.each([
    ['hello', 'is not a phone number'],
    ['4155552671', 'is not a phone number'],
    ['+1415', 'is not a phone number'],
    ['+1415555', 'is not a phone number'],
    ['', 'is not a phone number'],
    ['+1415555267x', 'is not a phone number'],
    ['14155552671', 'did you mean +14155552671?'],
    ['0014155552671', 'did you mean +14155552671?'],
    ['+1415*', 'is a prefix'],
  ])('is refused: "%s"', (text, message) => {
    expect(() => readNumber(text)).toThrow(UsageError);
    expect(() => readNumber(text)).toThrow(message);
  });
});

describe('a pattern', () => {
  test('of a whole number gets its canonical form, and a prefix stays as written', () => {
    expect(readPattern('+541123456789')).toBe('+5491123456789');
    expect(readPattern('+5411*')).toBe('+5411*');
  });

  test.each([
    ['+14155552671', '+14155552671'],
    ['+1 (415) 555-2671', '+14155552671'],
    ['+1*', '+1*'],
    ['+2*', '+2*'],
    ['+1 415*', '+1415*'],
    ['+14155552671*', '+14155552671*'],
    // Of an earlier form, which is longer than the numbers of today.
    ['+5215512345678*', '+5215512345678*'],
  ])('is a number or a prefix: %s', (text, pattern) => {
    expect(readPattern(text)).toBe(pattern);
  });

  test.each([
    ['+1415', 'write "+1415*"'],
    ['+1415555', 'write "+1415555*"'],
    ['+1 415 555', 'write "+1415555*"'],
    ['+46701', 'write "+46701*"'],
    ['14155552671', 'did you mean +14155552671?'],
    ['+141555526711', 'is not a phone number'],
    ['+141555526711*', 'covers no number'],
    ['+999*', 'covers no number'],
    ['+8821*', 'covers no number'],
    ['1415555', 'did you mean "+1415555*"?'],
    ['001415555', 'did you mean "+1415555*"?'],
    ['1415*', 'did you mean "+1415*"?'],
    ['999*', 'is not a phone number'],
    ['*', 'is not a phone number'],
    ['+*', 'is not a phone number'],
    ['+0*', 'is not a phone number'],
    ['+1*415', 'is not a phone number'],
    ['+1415**', 'write "+1415*"'],
    ['+1415%', 'is not a phone number'],
    ['', 'is not a phone number'],
  ])('is refused: "%s"', (text, message) => {
    expect(() => readPattern(text)).toThrow(UsageError);
    expect(() => readPattern(text)).toThrow(message);
  });

  test.each(['+1415555', '+999*'])(
    'can be taken off the lists, although it covers nothing: %s',
    (text) => {
      expect(readListedPattern(text)).toBe(text);
    },
  );
});
