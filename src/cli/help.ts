import type { Options } from './arguments.js';
import type { Command } from './command.js';
import { COMMANDS } from './commands.js';

/** What every command prints: an object for --json, and text. */
export interface Help {
  data: object;
  lines: string[];
}

const OPTION_TEXTS: Readonly<Record<keyof Options, readonly [usage: string, does: string]>> = {
  sends: ['--sends', 'also reset the limits on messages'],
  note: ['--note <text>', 'why, for the list; at most 500 characters'],
  yes: ['--yes', 'confirm: this cannot be undone'],
  app: ['--app <app>', 'id or name of the application'],
  secret: ['--secret', 'a key of a backend'],
  publishable: ['--publishable', 'a key of pages and apps'],
  operator: ['--operator', 'a key that administers the service'],
  origin: [
    '--origin <origin>',
    'origin of its pages, such as https://shop.example; may be repeated',
  ],
  expires: ['--expires <when>', 'a date such as 2027-01-31, or days such as 90d'],
  settings: ['--settings <json>', 'settings to change; null removes one'],
  event: ['--event <type>', 'receive events of this type only; may be repeated'],
  masked: ['--masked', 'receive masked phone numbers'],
  delivery: ['--delivery <id>', 'id of a delivery, from webhooks deliveries'],
  number: ['--number <number>', 'only those of a phone number'],
  reference: ['--reference <text>', 'only those with this reference'],
  status: ['--status <status>', 'only those in this state'],
  purpose: ['--purpose <purpose>', 'only those for this purpose'],
  channel: ['--channel <channel>', 'only those by this channel'],
  from: ['--from <time>', 'created at this time or later, such as 2026-11-21T06:05:51Z'],
  to: ['--to <time>', 'created before this time'],
  limit: ['--limit <n>', 'at most this many, up to 100; default 20'],
  cursor: ['--cursor <cursor>', 'continue after the previous page'],
  json: ['--json', 'print one JSON object instead of text'],
  help: ['--help, -h', 'show this help'],
  version: ['--version, -v', 'show the version'],
};

export function help(): Help {
  const commands = [...COMMANDS].map(([name, { usage, summary }]) => ({ name, usage, summary }));
  const lines = [
    'Usage: proofline <command> [--json]',
    '',
    ...commands.flatMap(({ name, usage, summary }) => [
      `  ${name} ${usage}`.trimEnd(),
      `      ${summary}`,
    ]),
    '  help [<command>]',
    '      show this help, or that of a command with examples; also <command> --help',
    '  --version, -v',
    '      show the version',
    '',
    'Numbers are in E.164 format: +14155552671. A pattern is a number, or a prefix and a star: "+1415*".',
    'The database is that of DATABASE_URL. purge and sweep need the whole configuration of the service.',
    '--json prints one JSON object on one line, also when the command fails: {"error":{"code","message"}}.',
    'Commands that change data also write one JSON line to standard error, for the audit log.',
    'Exit codes: 0 success, 1 not found or failed, 2 invalid usage.',
  ];
  return { data: { commands }, lines };
}

/** The commands of a group such as `keys`. */
export function helpOfGroup(group: string): Help {
  const commands = [...COMMANDS].filter(([name]) => name.startsWith(`${group} `));
  const lines = commands.flatMap(([name, { usage, summary }]) => [
    `  ${commandLine(name, usage)}`,
    `      ${summary}`,
  ]);
  const data = {
    commands: commands.map(([name, { usage, summary }]) => ({ name, usage, summary })),
  };
  return { data, lines: [`Usage: proofline ${group} <command> [--json]`, '', ...lines] };
}

export function helpOf(name: string, { usage, summary, options = [], examples }: Command): Help {
  const texts = [...options, 'json' as const, 'help' as const].map(
    (option) => OPTION_TEXTS[option],
  );
  const lines = [
    `Usage: ${commandLine(name, usage)} [--json]`,
    '',
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    '',
    'Options:',
    ...texts.map(([option, does]) => `  ${option.padEnd(20)}${does}`),
    '',
    'Examples:',
    ...examples.map((example) => `  ${commandLine(name, example)}`),
  ];
  return { data: { name, usage, summary, options, examples }, lines };
}

function commandLine(name: string, rest: string): string {
  return `proofline ${name} ${rest}`.trimEnd();
}
