import { maskPhoneNumber } from '../domain/phone-number.js';
import { readNumber, readPattern, UsageError, type Options } from './arguments.js';
import { countsAsText, numberAsText, rulesAsText, verificationAsText } from './print.js';
import type { OperatorTools, Result } from './tools.js';

const SHORT_BEGINNING = '+141555'.length;

export interface Command {
  /** What follows its name, for the help; as many operands as words in angle brackets. */
  usage: string;
  summary: string;
  options?: readonly (keyof Options)[];
  run(tools: OperatorTools, operand: string, options: Options): Promise<Result>;
}

const show: Command = {
  usage: '<verification id>',
  summary: 'state and timeline of a verification',
  run: async ({ records, timelines }, id) => {
    const verification = await records.find(id);
    if (!verification) return missing('There is no such verification');
    // References are what the provider knows it by: nobody needs them here.
    const { sendReference: _ours, providerReference: _theirs, ...facts } = verification;
    const data = { ...facts, timeline: await timelines.of(id) };
    return { data, lines: verificationAsText(data) };
  },
};

const number: Command = {
  usage: '<number>',
  summary: 'what a number has used up, its rules, its user and its newest verifications',
  run: async ({ operator }, text) => {
    const { e164, country } = readNumber(text);
    const data = await operator.number(e164, country);
    return { data, lines: numberAsText(data) };
  },
};

const unblock: Command = {
  usage: '<number> [--sends]',
  summary: 'end its run of wrong codes and its cool-down; with --sends its messages count anew too',
  options: ['sends'],
  run: async ({ operator }, text, { sends }) => {
    const { e164 } = readNumber(text);
    const { wrongRun, counters } = await operator.unblock(e164, sends);
    return {
      data: { phoneNumber: e164, wrongRunBefore: wrongRun, countersCleared: counters },
      lines: [
        `${e164} is usable again: ${wrongRun} wrong codes in a row and ${counters} counts of limits are forgotten.`,
      ],
      audit: { phone: maskPhoneNumber(e164), count: counters, outcome: sends ? 'sends' : 'codes' },
    };
  },
};

const unlist: Command = {
  usage: '<pattern>',
  summary: 'take a pattern off the lists',
  run: async ({ operator }, text) => {
    const pattern = readPattern(text);
    const audit = { phone: maskPattern(pattern) };
    if (await operator.removeRule(pattern)) {
      return { data: { pattern }, lines: [`${pattern} is on no list any more.`], audit };
    }
    return missing(`${pattern} is on no list`);
  },
};

const rules: Command = {
  usage: '',
  summary: 'both lists',
  run: async ({ operator }) => {
    const listed = await operator.rules();
    return { data: listed, lines: rulesAsText(listed) };
  },
};

const purge: Command = {
  usage: '',
  summary: 'delete now what retention would delete within the hour',
  run: async (tools) => counted('Deleted', await tools.purge()),
};

const sweep: Command = {
  usage: '',
  summary: 'settle sends that a crash left open and mark what has expired; sends nothing',
  run: async (tools) => {
    const { unknownOutcomes, expired } = await tools.sweep();
    return counted('Settled', {
      'outcome unknown': unknownOutcomes.length,
      expired: expired.length,
    });
  },
};

const erase: Command = {
  usage: '<number> --yes',
  summary: 'remove everything about a number but its rules',
  options: ['yes'],
  run: async ({ operator }, text, { yes }) => {
    const { e164 } = readNumber(text);
    if (!yes) throw new UsageError('This cannot be undone: say --yes');
    const result = counted('Removed', await operator.erase(e164));
    return { ...result, audit: { ...result.audit, phone: maskPhoneNumber(e164) } };
  },
};

/** Every command, in the order of the help. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    show,
    number,
    unblock,
    block: listing('block', 'refuse numbers: no message, 403 number_blocked'),
    safe: listing('safe', 'exempt numbers from the limits of their prefix, country and in total'),
    unlist,
    rules,
    purge,
    sweep,
    erase,
  }),
);

function listing(kind: 'block' | 'safe', summary: string): Command {
  return {
    usage: '<pattern> [--note <text>]',
    summary,
    options: ['note'],
    run: async ({ operator }, text, { note }) => {
      const pattern = readPattern(text);
      const rule = await operator.putRule(pattern, kind, note ?? null);
      const lines = [`${pattern} is ${kind === 'block' ? 'blocked' : 'safe'}.`];
      return { data: { ...rule }, lines, audit: { phone: maskPattern(pattern) } };
    },
  };
}

/** A short beginning is an area and not a person, and says what was done. */
function maskPattern(pattern: string): string {
  if (!pattern.endsWith('*')) return maskPhoneNumber(pattern);
  const beginning = pattern.slice(0, -1);
  return `${beginning.length <= SHORT_BEGINNING ? beginning : maskPhoneNumber(beginning)}*`;
}

function counted(verb: string, counts: Record<string, number>): Result {
  const count = Object.values(counts).reduce((sum, rows) => sum + rows, 0);
  return { data: counts, lines: countsAsText(verb, counts), audit: { count } };
}

function missing(line: string): Result {
  return { data: { found: false }, lines: [`${line}.`], found: false };
}
