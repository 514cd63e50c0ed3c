import { COMMANDS } from './commands.js';

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
    '      show this help',
    '',
    'Numbers are in E.164 format: +14155552671. A pattern is a number, or a prefix and a star: "+1415*".',
    'Uses the configuration of the service. --json prints one JSON value. Commands that change data also',
    'write one JSON line to standard error, for the audit log.',
    'Exit codes: 0 success, 1 not found or failed, 2 invalid usage.',
  ];
}
