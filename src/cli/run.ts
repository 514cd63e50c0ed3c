import { userInfo } from 'node:os';
import { VERSION } from '../config/version.js';
import { describeFailure } from '../database/describe-failure.js';
import { isTableMissing } from '../database/failures.js';
import { AuditLog } from '../services/operations/audit.js';
import { readCommandLine, UsageError, type CommandLine } from './arguments.js';
import type { Command } from './command.js';
import { COMMANDS } from './commands.js';
import { help, helpOf, helpOfGroup, type Help } from './help.js';
import { LockedError } from './locked-error.js';
import { didYouMean } from './nearest.js';
import { ignoreClosedPipes, printResult } from './output.js';
import type { Failure } from './tools.js';

/** Names that other programs give these commands. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['allow', 'safe'],
  ['delete', 'erase'],
  ['list', 'rules'],
  ['remove', 'unlist'],
]);

/**
 * The operator's command line. Results go to standard output; the audit log and errors go to standard
 * error.
 */
async function main(argv: readonly string[]): Promise<number> {
  const line = withTwoWords(readCommandLine(argv));
  const { json } = line.options;
  const asked = helpFor(line);
  if (asked) {
    printResult(asked, json);
    return 0;
  }
  if (line.command === undefined) throw new UsageError('Expected a command');
  const command = commandOf(line.command);
  validateUsage(command, line);
  const action = command.plan(line.operands[0] ?? '', line.options);
  // Loaded after the usage check, so that usage errors appear at once.
  const { createLogger } = await import('../observability/logger.js');
  const { withOperatorTools } = await import('./operator-tools.js');
  const logger = createLogger({ level: 'info', stream: process.stderr });
  const result = await withOperatorTools(logger, command.needs, action);
  if (result.audit) {
    new AuditLog(logger).write(line.command.replace(' ', '.'), result.audit, operatorName());
  }
  printResult(result, json);
  return result.failure ? 1 : 0;
}

function helpFor({ command, operands, options }: CommandLine): Help | undefined {
  if (options.version) return { data: { version: VERSION }, lines: [`proofline ${VERSION}`] };
  const topic = command === 'help' ? operands.join(' ') || undefined : command;
  if (command !== 'help' && !options.help) return undefined;
  if (topic === undefined) return help();
  return isGroup(topic) ? helpOfGroup(topic) : helpOf(topic, commandOf(topic));
}

function isGroup(name: string | undefined): boolean {
  return [...COMMANDS.keys()].some((each) => each.startsWith(`${name} `));
}

/** Joins the words of commands such as `apps create`. */
function withTwoWords(line: CommandLine): CommandLine {
  const [second, ...operands] = line.operands;
  if (!isGroup(line.command) || second === undefined) return line;
  return { ...line, command: `${line.command} ${second}`, operands };
}

function commandOf(name: string): Command {
  const command = COMMANDS.get(name);
  if (command) return command;
  const known = SYNONYMS.get(name);
  const names = [...COMMANDS.keys()];
  const [first = ''] = name.split(' ');
  const group = names.filter((each) => each.startsWith(`${first} `));
  const words = [...names, ...names.map((each) => each.split(' ')[0] ?? each)];
  const near = isGroup(name) ? '' : didYouMean(name, words);
  const hint = known === undefined ? near : `; did you mean "${known}"?`;
  if (hint === '' && group.length > 0) throw new UsageError(`Expected one of ${group.join(', ')}`);
  throw new UsageError(`Unknown command "${name}"${hint}`);
}

function validateUsage(command: Command, { operands, optionNames }: CommandLine): void {
  const expectedOperands = /^<[^>]+>/.test(command.usage) ? 1 : 0;
  if (operands.length !== expectedOperands) {
    const unexpected = operands[expectedOperands];
    throw new UsageError(
      unexpected === undefined
        ? `Expected one ${command.usage}`
        : `Unexpected "${unexpected}". ${adviceOn(expectedOperands, command)}`,
    );
  }
  const knownOptions: readonly string[] = ['json', ...(command.options ?? [])];
  const unknownOption = optionNames.find((name) => !knownOptions.includes(name));
  if (unknownOption !== undefined) {
    throw new UsageError(`Unknown option --${unknownOption} for this command`);
  }
}

function adviceOn(expectedOperands: number, { usage }: Command): string {
  if (expectedOperands === 1) return 'Put a value that contains blanks in quotes';
  return usage === '' ? 'This command takes no value' : `Expected ${usage}`;
}

/** User name on this machine, or the uid in containers without a name for it. */
function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

function reportError(error: unknown): number {
  const isUsage = error instanceof UsageError;
  const { code, message } = failureOf(error);
  const advice = isUsage ? '\nSee "proofline help".' : '';
  const json = process.argv.includes('--json');
  const text = json ? message : `${message}${advice}`;
  printResult({ data: {}, lines: [], failure: { code, message: text } }, json);
  return isUsage ? 2 : 1;
}

function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) return { code: 'usage', message: error.message };
  if (error instanceof LockedError) return { code: 'locked', message: error.message };
  if (isTableMissing(error)) {
    const message = 'The database schema is missing. Run "npm run db:migrate".';
    return { code: 'schema_missing', message };
  }
  return { code: 'failed', message: describeFailure(error) };
}

ignoreClosedPipes();
// Lets the process end by itself: ending it at once could lose output in a pipe.
process.exitCode = await main(process.argv.slice(2)).catch(reportError);
