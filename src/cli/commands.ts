import { parsePattern } from '../domain/number-pattern.js';
import { AUDITED, inCamelCase, type AuditFields } from '../services/operations/audit.js';
import { readListedPattern, readNumber, readPattern, UsageError } from './arguments.js';
import { APPLICATION_COMMANDS } from './application-commands.js';
import type { Command } from './command.js';
import { countsAsText, numberAsText, rulesAsText, verificationAsText } from './print.js';
import { WEBHOOK_COMMANDS } from './webhook-commands.js';
import { SEARCH_COMMANDS } from './search-commands.js';
import { notFound, type Failure, type Result } from './tools.js';

const show: Command = {
  usage: '<verification id>',
  summary: 'show a verification with its timeline',
  examples: ['06h2rg036h4szsew79pna3p11a1hgzjrfax3e'],
  needs: 'database',
  plan:
    (id) =>
    async ({ records, timelines }) => {
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
  examples: ['+14155552671'],
  needs: 'database',
  plan: (text) => {
    const { e164, country } = readNumber(text);
    return async ({ operator }) => {
      const data = await operator.number(e164, country);
      return { data, lines: numberAsText(data) };
    };
  },
};

const unblock: Command = {
  usage: '<number> [--sends]',
  summary:
    'reset the wrong codes and the cool-down of a number; --sends also resets its message limits',
  options: ['sends'],
  examples: ['+14155552671', '+14155552671 --sends'],
  needs: 'database',
  plan: (text, { sends }) => {
    const { e164 } = readNumber(text);
    return async ({ operator }) => {
      const { wrongRun, counters } = await operator.unblock(e164, sends);
      const rule = await operator.ruleInForce(e164);
      const blockedBy = rule?.kind === 'block' ? rule.pattern : null;
      return {
        data: { phoneNumber: e164, wrongRunBefore: wrongRun, countersCleared: counters, blockedBy },
        lines: [
          `Unblocked ${e164}: reset ${wrongRun} consecutive wrong codes and ${counters} limit counters.`,
        ],
        audit: AUDITED.unblock(e164, counters, sends),
        ...(blockedBy !== null && { failure: stillBlocked(e164, blockedBy) }),
      };
    };
  },
};

const unlist: Command = {
  usage: '<pattern>',
  summary: 'remove a pattern from both lists',
  examples: ['+14155552671', '"+1415*"'],
  needs: 'database',
  plan: (text) => {
    const pattern = readListedPattern(text);
    return async ({ operator }) => {
      const audit = AUDITED.rule(pattern);
      if (await operator.removeRule(pattern)) {
        return { data: { pattern }, lines: [`Removed ${pattern} from the lists.`], audit };
      }
      // Refuses what can cover no number, with the prefix that was probably meant.
      readPattern(text);
      return notFound(`${pattern} is on neither list`);
    };
  },
};

const rules: Command = {
  usage: '',
  summary: 'show both lists',
  examples: [''],
  needs: 'database',
  plan:
    () =>
    async ({ operator }) => {
      const listed = (await operator.rules()).map((rule) => ({
        ...rule,
        coversNumbers: parsePattern(rule.pattern) !== undefined,
      }));
      return { data: { rules: listed }, lines: rulesAsText(listed) };
    },
};

const purge: Command = {
  usage: '',
  summary: 'delete expired data now instead of within the hour',
  examples: [''],
  needs: 'service',
  plan: () => async (tools) => {
    const counts = await tools.purge();
    return deletedResult({}, counts, AUDITED.purge(counts));
  },
};

const sweep: Command = {
  usage: '',
  summary: 'settle sends that a crash left open, and mark expired verifications; sends no messages',
  examples: [''],
  needs: 'service',
  plan: () => async (tools) => {
    const swept = await tools.sweep();
    const [outcomeUnknown, expired] = [swept.unknownOutcomes.length, swept.expired.length];
    return {
      data: { settled: { outcomeUnknown, expired } },
      lines: countsAsText('Settled', { 'outcome unknown': outcomeUnknown, expired }),
      audit: AUDITED.sweep(swept),
    };
  },
};

const erase: Command = {
  usage: '<number> --yes',
  summary: 'delete all data of a number except its rules',
  options: ['yes'],
  examples: ['+14155552671 --yes'],
  needs: 'database',
  plan: (text, { yes }) => {
    const { e164 } = readNumber(text);
    if (!yes) throw new UsageError('This cannot be undone. Confirm with --yes');
    return async ({ operator }) => {
      const counts = await operator.erase(e164);
      return deletedResult({ phoneNumber: e164 }, counts, AUDITED.erase(e164, counts));
    };
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
    ...SEARCH_COMMANDS,
    ...APPLICATION_COMMANDS,
    ...WEBHOOK_COMMANDS,
  }),
);

function listCommand(kind: 'block' | 'safe', summary: string): Command {
  return {
    usage: '<pattern> [--note <text>]',
    summary,
    options: ['note'],
    examples: ['+14155552671', '"+1415555*" --note "ticket 12"'],
    needs: 'database',
    plan: (text, { note }) => {
      const pattern = readPattern(text);
      return async ({ operator }) => {
        const rule = await operator.putRule(pattern, kind, note ?? null);
        const lines = [`${pattern} is now ${kind === 'block' ? 'blocked' : 'safe'}.`];
        return { data: { ...rule }, lines, audit: AUDITED.rule(pattern) };
      };
    },
  };
}

/** Tables are named as in the database in text, and in camelCase in JSON. */
function deletedResult(facts: object, counts: Record<string, number>, audit: AuditFields): Result {
  const data = { ...facts, deleted: inCamelCase(counts) };
  return { data, lines: countsAsText('Deleted', counts), audit };
}

function stillBlocked(phoneNumber: string, pattern: string): Failure {
  const message = `${phoneNumber} is still blocked by the rule "${pattern}". To remove it: unlist "${pattern}"`;
  return { code: 'still_blocked', message };
}
