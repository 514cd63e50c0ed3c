import { maskPhoneNumber } from '../domain/phone-number.js';
import { readNumber, readPattern, UsageError, type Options } from './arguments.js';
import { countsAsText, numberAsText, rulesAsText, verificationAsText } from './print.js';
import type { OperatorTools, Result } from './tools.js';

const UNMASKED_PREFIX_LENGTH = '+141555'.length;

export interface Command {
  /** Operands and options for the help. A usage that starts with `<…>` requires one operand. */
  usage: string;
  summary: string;
  options?: readonly (keyof Options)[];
  run(tools: OperatorTools, operand: string, options: Options): Promise<Result>;
}

const show: Command = {
  usage: '<verification id>',
  summary: 'show a verification with its timeline',
  run: async ({ records, timelines }, id) => {
    const verification = await records.find(id);
    if (!verification) return notFound('Verification not found');
    const { sendReference: _send, providerReference: _provider, ...facts } = verification;
    const data = { ...facts, timeline: await timelines.of(id) };
    return { data, lines: verificationAsText(data) };
  },
};

const number: Command = {
  usage: '<number>',
  summary: 'show the limits, rules, user and newest verifications of a phone number',
  run: async ({ operator }, text) => {
    const { e164, country } = readNumber(text);
    const data = await operator.number(e164, country);
    return { data, lines: numberAsText(data) };
  },
};

const unblock: Command = {
  usage: '<number> [--sends]',
  summary:
    'reset the wrong codes and the cool-down of a number; --sends also resets its message limits',
  options: ['sends'],
  run: async ({ operator }, text, { sends }) => {
    const { e164 } = readNumber(text);
    const { wrongRun, counters } = await operator.unblock(e164, sends);
    return {
      data: { phoneNumber: e164, wrongRunBefore: wrongRun, countersCleared: counters },
      lines: [
        `Unblocked ${e164}: reset ${wrongRun} consecutive wrong codes and ${counters} limit counters.`,
      ],
      audit: { phone: maskPhoneNumber(e164), count: counters, outcome: sends ? 'sends' : 'codes' },
    };
  },
};

const unlist: Command = {
  usage: '<pattern>',
  summary: 'remove a pattern from both lists',
  run: async ({ operator }, text) => {
    const pattern = readPattern(text);
    const audit = { phone: maskPattern(pattern) };
    if (await operator.removeRule(pattern)) {
      return { data: { pattern }, lines: [`Removed ${pattern} from the lists.`], audit };
    }
    return notFound(`${pattern} is on neither list`);
  },
};

const rules: Command = {
  usage: '',
  summary: 'show both lists',
  run: async ({ operator }) => {
    const listed = await operator.rules();
    return { data: listed, lines: rulesAsText(listed) };
  },
};

const purge: Command = {
  usage: '',
  summary: 'delete expired data now instead of within the hour',
  run: async (tools) => countsResult('Deleted', await tools.purge()),
};

const sweep: Command = {
  usage: '',
  summary: 'settle sends that a crash left open, and mark expired verifications; sends no messages',
  run: async (tools) => {
    const { unknownOutcomes, expired } = await tools.sweep();
    return countsResult('Settled', {
      'outcome unknown': unknownOutcomes.length,
      expired: expired.length,
    });
  },
};

const erase: Command = {
  usage: '<number> --yes',
  summary: 'delete all data of a number except its rules',
  options: ['yes'],
  run: async ({ operator }, text, { yes }) => {
    const { e164 } = readNumber(text);
    if (!yes) throw new UsageError('This cannot be undone. Confirm with --yes');
    const result = countsResult('Deleted', await operator.erase(e164));
    return { ...result, audit: { ...result.audit, phone: maskPhoneNumber(e164) } };
  },
};

export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    show,
    number,
    unblock,
    block: listCommand('block', 'block numbers: requests get 403 number_blocked'),
    safe: listCommand('safe', 'exempt numbers from the prefix, country and total limits'),
    unlist,
    rules,
    purge,
    sweep,
    erase,
  }),
);

function listCommand(kind: 'block' | 'safe', summary: string): Command {
  return {
    usage: '<pattern> [--note <text>]',
    summary,
    options: ['note'],
    run: async ({ operator }, text, { note }) => {
      const pattern = readPattern(text);
      const rule = await operator.putRule(pattern, kind, note ?? null);
      const lines = [`${pattern} is now ${kind === 'block' ? 'blocked' : 'safe'}.`];
      return { data: { ...rule }, lines, audit: { phone: maskPattern(pattern) } };
    },
  };
}

/** Short prefixes stay readable: they identify an area, not a person. */
function maskPattern(pattern: string): string {
  if (!pattern.endsWith('*')) return maskPhoneNumber(pattern);
  const prefix = pattern.slice(0, -1);
  return `${prefix.length <= UNMASKED_PREFIX_LENGTH ? prefix : maskPhoneNumber(prefix)}*`;
}

function countsResult(verb: string, counts: Record<string, number>): Result {
  const count = Object.values(counts).reduce((sum, rows) => sum + rows, 0);
  return { data: counts, lines: countsAsText(verb, counts), audit: { count } };
}

function notFound(line: string): Result {
  return { data: { found: false }, lines: [`${line}.`], found: false };
}
