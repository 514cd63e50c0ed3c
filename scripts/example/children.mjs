import { spawn } from 'node:child_process';
import { once } from 'node:events';

const STOP_MS = 15_000;

/** The processes of the examples. If one ends, all end. */
export class Children {
  #running = new Set();
  #ending = false;

  /** Runs a tool and waits for it. @throws if it fails */
  async run(command, args, options) {
    // A process group of its own, because children of npm and next outlive them.
    const child = this.#spawn(command, args, { ...options, stdio: 'inherit', detached: true });
    const [code] = await once(child, 'exit');
    // The examples are ending: the caller must not continue.
    if (this.#ending) await new Promise(() => {});
    if (code !== 0) throw new Error(`"${args.join(' ')}" failed`);
  }

  /** Starts a server and resolves with its address. If it ends later, everything ends. */
  async serve(name, args, options) {
    const child = this.#spawn(process.execPath, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const last = [];
    const listening = new Promise((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          last.push(text);
          last.splice(0, last.length - 20);
          const url = /listening on (http:\/\/[^\s"]+)/.exec(last.join(''))?.[1];
          if (url) resolve(url);
        });
      }
    });
    const ended = once(child, 'exit').then(() => undefined);
    const url = await Promise.race([listening, ended]);
    if (this.#ending) await new Promise(() => {});
    if (url === undefined) throw new Error(`${name} did not start:\n${last.join('')}`);
    void ended.then(() => this.#died(name, last.join('')));
    return url;
  }

  /** Ends all processes and then this one. */
  async end(exitCode) {
    if (this.#ending) return;
    this.#ending = true;
    const all = [...this.#running].reverse();
    const exits = all.map((child) => once(child, 'exit'));
    for (const child of all) signal(child, 'SIGTERM');
    const late = setTimeout(() => all.forEach((child) => signal(child, 'SIGKILL')), STOP_MS);
    await Promise.all(exits);
    clearTimeout(late);
    process.exit(exitCode);
  }

  #spawn(command, args, options) {
    const child = spawn(command, args, options);
    child.isGroup = options.detached === true;
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    child.once('error', (error) => {
      this.#running.delete(child);
      child.emit('exit', null);
      console.error(`${command}: ${error.message}`);
    });
    return child;
  }

  #died(name, output) {
    if (this.#ending) return;
    console.error(`${name} exited:\n${output}`);
    void this.end(1);
  }
}

function signal(child, name) {
  try {
    if (child.isGroup) process.kill(-child.pid, name);
    else child.kill(name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
