import { userInfo } from 'node:os';
import { describeFailure } from '../database/describe-failure.js';
import { isTableMissing } from '../database/failures.js';
import { readCommandLine, UsageError, type CommandLine } from './arguments.js';
import { COMMANDS, type Command } from './commands.js';
import { helpText } from './help.js';
import { LockedError } from './lock-watch.js';
import type { Result } from './tools.js';

/**
 * The operator's command line. Results go to standard output; the audit log and errors go to standard
 * error.
 */
async function main(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv);
  if (line.options.help || line.command === 'help' || line.command === undefined) {
    print(helpText());
    return line.command === undefined && !line.options.help ? 2 : 0;
  }
  const command = COMMANDS.get(line.command);
  if (!command) throw new UsageError(`Unknown command "${line.command}"`);
  validateUsage(command, line);
  // Loaded after the usage check, so that usage errors appear at once.
  const { createLogger } = await import('../observability/logger.js');
  const { withOperatorTools } = await import('./operator-tools.js');
  const logger = createLogger({ level: 'info', stream: process.stderr });
  const result = await withOperatorTools(logger, (tools) =>
    command.run(tools, line.operands[0] ?? '', line.options),
  );
  if (result.audit)
    logger.info(`operator.${line.command}`, { ...result.audit, operator: operatorName() });
  printResult(result, line.options.json);
  return result.found === false ? 1 : 0;
}

function validateUsage(command: Command, { operands, optionNames }: CommandLine): void {
  const expectedOperands = /^<[^>]+>/.test(command.usage) ? 1 : 0;
  if (operands.length !== expectedOperands) {
    const unexpected = operands[expectedOperands];
    throw new UsageError(
      unexpected === undefined
        ? `Expected one ${command.usage}`
        : `Unexpected "${unexpected}". Put a value that contains blanks in quotes`,
    );
  }
  const knownOptions: readonly string[] = ['json', ...(command.options ?? [])];
  const unknownOption = optionNames.find((name) => !knownOptions.includes(name));
  if (unknownOption !== undefined) {
    throw new UsageError(`Unknown option --${unknownOption} for this command`);
  }
}

function printResult({ data, lines }: Result, json: boolean): void {
  print(json ? [JSON.stringify(data)] : lines);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
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
  process.stderr.write(`${messageOf(error)}\n`);
  if (!(error instanceof UsageError)) return 1;
  process.stderr.write('See "proofline help".\n');
  return 2;
}

function messageOf(error: unknown): string {
  if (error instanceof LockedError) return error.message;
  if (isTableMissing(error)) {
    return 'The database schema is missing. Run "npm run db:migrate".';
  }
  return describeFailure(error);
}

// Lets the process end by itself: ending it at once could lose output in a pipe.
process.exitCode = await main(process.argv.slice(2)).catch(reportError);
