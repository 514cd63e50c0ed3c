import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const STOP_MS = 10_000;

/** A process whose output is kept. */
class Job {
  output = '';
  errors = '';
  isRunning = true;
  private readonly closed: Promise<unknown>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.closed = once(child, 'close').then(() => (this.isRunning = false));
  }

  /** @throws Error with the output since `from`, when the process ends first */
  async prints(text: RegExp, from = 0): Promise<void> {
    const deadline = performance.now() + LIMIT_MS;
    while (!text.test(this.output)) {
      if (!this.isRunning || performance.now() > deadline) {
        const end = this.isRunning ? 'too slow' : `exit code ${this.child.exitCode}`;
        throw new Error(`${end}\n${this.output.slice(from)}\n${this.errors}`.trim());
      }
      await sleep(5);
    }
  }

  /** Ends the process and its children. */
  async end(): Promise<void> {
    this.signal('SIGTERM');
    await Promise.race([this.closed, sleep(STOP_MS, undefined, { ref: false })]);
    this.signal('SIGKILL');
    await this.closed;
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.isRunning && this.child.pid !== undefined) process.kill(-this.child.pid, signal);
  }
}

/** The terminals of a reader: one for commands, and one for each program that keeps running. */
export class Shell {
  private readonly commands: Job;
  private readonly servers: Job[] = [];
  private count = 0;

  constructor(
    private readonly home: string,
    directory: string,
    private readonly environment: Record<string, string>,
  ) {
    this.commands = this.spawn(['--noprofile', '--norc'], directory);
  }

  /**
   * Runs commands under `bash -e` and returns what they print. Variables, functions and the directory stay.
   * @throws Error with the output, when a command fails
   */
  async run(script: string): Promise<string> {
    const { output, status } = await this.source(script, '-e');
    if (status !== 0) throw new Error(`exit code ${status}`);
    return output;
  }

  /** Runs commands of which the last one must fail: it shows a refusal. */
  async runRefused(script: string): Promise<string> {
    const { output, status } = await this.source(script, '+e');
    if (status === 0) throw new Error('The document shows a refusal, but the command succeeded');
    return output;
  }

  /** Starts a program that keeps running, in the directory of the commands, and waits until it listens. */
  async serve(script: string): Promise<void> {
    const server = this.spawn(['-e', this.write(script)], await this.directory());
    this.servers.push(server);
    await server.prints(/listening on http:/);
  }

  async directory(): Promise<string> {
    return (await this.run('pwd')).trim();
  }

  async end(): Promise<void> {
    await Promise.all([this.commands, ...this.servers].map((job) => job.end()));
  }

  private async source(
    script: string,
    option: string,
  ): Promise<{ output: string; status: number }> {
    const mark = `-- block ${(this.count += 1)} ended with `;
    const before = this.commands.output.length;
    const file = this.write(script);
    this.commands.child.stdin?.write(`set ${option}; . "${file}" </dev/null; echo "${mark}$?."\n`);
    await this.commands.prints(new RegExp(`${mark}\\d+\\.`), before);
    const [output = '', status = ''] = this.commands.output.slice(before).split(mark);
    return { output, status: parseInt(status, 10) };
  }

  private write(script: string): string {
    const file = join(this.home, `block-${(this.count += 1)}.sh`);
    writeFileSync(file, `${script}\n`);
    return file;
  }

  private spawn(args: string[], cwd: string): Job {
    // A process group of its own, so that all of it can be ended.
    const options = { cwd, env: this.environment, detached: true };
    return new Job(spawn('bash', args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] }));
  }
}
