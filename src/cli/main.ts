#!/usr/bin/env node
import { userInfo } from 'node:os';
import { readCommandLine, UsageError, type CommandLine } from './arguments.js';
import { COMMANDS, type Command } from './commands.js';
import { helpText } from './help.js';
import type { Result } from './tools.js';

const NO_SUCH_TABLE = '42P01';

/** The operator's command line. Standard output is the answer, standard error the audit log and complaints. */
async function main(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv);
  if (line.options.help || line.command === 'help' || line.command === undefined) {
    print(helpText());
    return line.command === undefined && !line.options.help ? 2 : 0;
  }
  const command = COMMANDS.get(line.command);
  if (!command) throw new UsageError(`There is no command "${line.command}"`);
  requireFitting(command, line);
  // Only now: whoever has called it wrongly is told so at once.
  const { createLogger } = await import('../observability/logger.js');
  const { withOperatorTools } = await import('./operator-tools.js');
  const logger = createLogger({ level: 'info', stream: process.stderr });
  const result = await withOperatorTools(logger, (tools) =>
    command.run(tools, line.operands[0] ?? '', line.options),
  );
  if (result.audit) logger.info(`operator.${line.command}`, { ...result.audit, operator: who() });
  answer(result, line.options.json);
  return result.found === false ? 1 : 0;
}

function requireFitting(command: Command, { operands, given }: CommandLine): void {
  const wanted = /^<[^>]+>/.test(command.usage) ? 1 : 0;
  if (operands.length !== wanted) {
    throw new UsageError(
      wanted === 1 ? `Give one ${command.usage}` : 'Nothing may follow this command',
    );
  }
  const known: readonly string[] = ['json', ...(command.options ?? [])];
  const stranger = given.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new UsageError(`This command has no option --${stranger}`);
}

function answer({ data, lines }: Result, json: boolean): void {
  print(json ? [JSON.stringify(data)] : lines);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The account on this machine; some containers have one without a name. */
function who(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

function complain(error: unknown): number {
  process.stderr.write(`${explain(error)}\n`);
  if (!(error instanceof UsageError)) return 1;
  process.stderr.write('See "proofline help".\n');
  return 2;
}

function explain(error: unknown): string {
  const { original } = error as { original?: { code?: unknown } };
  if (original?.code === NO_SUCH_TABLE) {
    return 'The database has not been migrated yet: run "npm run db:migrate".';
  }
  return error instanceof Error ? error.message : 'It failed';
}

// The process ends by itself: what was written to a pipe may still be on its way.
process.exitCode = await main(process.argv.slice(2)).catch(complain);
