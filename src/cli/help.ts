import { COMMANDS } from './commands.js';

/** What `help` prints. */
export function helpText(): string[] {
  const commands = [...COMMANDS].map(([name, { usage, summary }]) => [
    `  ${name} ${usage}`.trimEnd(),
    `      ${summary}`,
  ]);
  return [
    'Usage: proofline <command> [--json]',
    '',
    ...commands.flat(),
    '  help',
    '      this text',
    '',
    'Numbers are in E.164 form: +14155552671. A pattern is a number, or its beginning and a star: "+1415*".',
    'Reads the configuration of the service. --json prints one JSON value. What changes something is also',
    'written to standard error as one JSON line, for the audit log.',
    'Exit codes: 0 done, 1 not found or failed, 2 wrong usage.',
  ];
}
