import type { Options } from './arguments.js';
import type { OperatorTools, Result } from './tools.js';

/** Runs a command whose usage is valid. */
export type Action = (tools: OperatorTools) => Promise<Result>;

export interface Command {
  /** Operands and options for the help. A usage that starts with `<…>` requires one operand. */
  usage: string;
  summary: string;
  options?: readonly (keyof Options)[];
  /** Operands and options of command lines that work, for the help. */
  examples: readonly string[];
  /**
   * `service`: does the service's background work, so it refuses to run without the whole configuration, as
   * the service does. The others need the database, and use the limits that are set.
   */
  needs: 'database' | 'service';
  /** @throws UsageError */
  plan(operand: string, options: Options): Action;
}
