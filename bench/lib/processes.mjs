import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 40_000;
const LISTENING = /listening on (http:\/\/[^"\s]+)/;

/**
 * Starts a Node process and waits until it prints its address. Output goes to a file in `home`, because
 * reading a pipe would cost CPU time during the measurement.
 * @param server `name`, `script`, `home`, and optionally `environment`, `node` (default: this Node) and its
 *   `flags`
 */
export async function startServer(server) {
  const { name, script, environment = {}, home, node = process.execPath, flags = [] } = server;
  const file = join(home, `${name}.log`);
  const log = openSync(file, 'w');
  const child = spawn(node, [...flags, script], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = once(child, 'exit');
  const deadline = Date.now() + START_MS;
  for (;;) {
    const said = readFileSync(file, 'utf8');
    const url = LISTENING.exec(said)?.[1];
    if (url) return { name, url, pid: child.pid, stop: () => stop(child, ended) };
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${name} did not start:\n${said}`);
    }
    await sleep(20);
  }
}

/** Starts the load generator. `run` executes one task and resolves with its report. */
export function startGenerator(script) {
  const child = fork(script, { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const lost = ended.then(() => [{ error: 'The load generator exited' }]);
  return {
    async run(task) {
      child.send(task);
      const [{ report, error }] = await Promise.race([once(child, 'message'), lost]);
      if (error) throw new Error(error);
      return report;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

async function stop(child, ended) {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(late);
}
