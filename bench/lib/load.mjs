import { setTimeout as sleep } from 'node:timers/promises';
import { Caller } from './caller.mjs';
import { DIALECTS } from './dialects.mjs';
import { Latencies } from './latencies.mjs';
import { numberAt } from './numbers.mjs';
import { cpuMs, rssMiB, treeCpuMs } from './usage.mjs';

const FAILURES_KEPT = 5;
/** Cap on concurrent flows of an open load. Past it the subject is overloaded. */
const MOST_WAITING = 2000;
const TICK_MS = 2;
const WARM_STEP_MS = 50;
const MOST_TRIES = 20;

/** Load on one subject: warms it up, measures, and finishes the flows in flight. */
export class Load {
  #task;
  #dialect;
  #latencies = { flow: new Latencies(), request: new Latencies(), verify: new Latencies() };
  #callers = [];
  #next;
  #measuring = false;
  #stopped = false;
  #measured = 0;
  #total = 0;
  #failures = [];
  #failed = 0;
  #refused = 0;

  /**
   * @param task `urls`, `dialect`, `headers`, `firstIndex` and `inOneCountry` of the numbers, `warmSeconds` or
   *   `warmFlows`, whichever ends first, `seconds`, `pids` to watch, and `clients` (closed loop) or `rate`
   *   (flows a second)
   */
  constructor(task) {
    this.#task = task;
    this.#dialect = DIALECTS[task.dialect];
    this.#next = task.firstIndex;
  }

  async run() {
    const { clients, rate, seconds } = this.#task;
    const running = rate === undefined ? this.#closed(clients) : this.#open(rate);
    await this.#warm();
    const before = this.#usage();
    this.#measuring = true;
    await sleep(seconds * 1000);
    this.#measuring = false;
    const after = this.#usage();
    this.#stopped = true;
    await running;
    await Promise.all(this.#callers.map((caller) => caller.close()));
    return this.#report(before, after);
  }

  async #warm() {
    const { warmSeconds, warmFlows = Infinity } = this.#task;
    const until = performance.now() + warmSeconds * 1000;
    for (let left = Infinity; left > 0 && this.#total < warmFlows;) {
      left = until - performance.now();
      await sleep(Math.max(0, Math.min(left, WARM_STEP_MS)));
    }
  }

  /** Closed loop: each client starts its next flow when the last one ends. */
  async #closed(clients) {
    await Promise.all(
      Array.from({ length: clients }, async () => {
        const caller = this.#newCaller();
        while (!this.#stopped) await this.#flow(caller, performance.now());
      }),
    );
  }

  /** Open loop: flows start on schedule. The wait for a connection counts as latency. */
  async #open(rate) {
    const idle = [];
    const running = new Set();
    const from = performance.now();
    for (let begun = 0; !this.#stopped;) {
      const due = ((performance.now() - from) / 1000) * rate;
      for (; begun < due && running.size < MOST_WAITING; begun += 1) {
        const caller = idle.pop() ?? this.#newCaller();
        const one = this.#flow(caller, from + (begun / rate) * 1000).then(() => idle.push(caller));
        running.add(one);
        void one.then(() => running.delete(one));
      }
      await sleep(TICK_MS);
    }
    await Promise.all(running);
  }

  #newCaller() {
    const { urls, headers = this.#dialect.headers } = this.#task;
    const caller = new Caller(urls[this.#callers.length % urls.length], headers);
    this.#callers.push(caller);
    return caller;
  }

  async #flow(caller, startedAt) {
    const number = numberAt(this.#next, this.#task.inOneCountry);
    this.#next += 1;
    try {
      const requested = await this.#step(caller, 'request', this.#dialect.request(number), number);
      const id = this.#dialect.idOf?.(requested.text);
      const code = await this.#dialect.codeOf?.(number, this.#task.provider);
      const verify = this.#dialect.verify(number, id, code);
      const verified = await this.#step(caller, 'verify', verify, number);
      this.#total += 1;
      if (!this.#measuring) return;
      this.#measured += 1;
      const { request: first, verify: second, flow } = this.#latencies;
      first.add(requested.ms);
      second.add(verified.ms);
      // Excludes the time in which the load generator reads the message.
      const waited = requested.startedAt - startedAt;
      flow.add(waited + requested.ms + verified.ms);
    } catch (error) {
      this.#failed += 1;
      if (this.#failures.length < FAILURES_KEPT)
        this.#failures.push(String(error.message ?? error));
    }
  }

  async #step(caller, name, [path, body], number) {
    const startedAt = performance.now();
    const { status, text } = await this.#patiently(caller, path, body);
    const ms = performance.now() - startedAt;
    const isRight = name === 'request' ? this.#dialect.isRequested : this.#dialect.isVerified;
    if (status !== 200 || !isRight(text, number)) throw new Error(`${name}: ${status} ${text}`);
    return { text, ms, startedAt };
  }

  /** Retries after a 503. The wait counts as latency. */
  async #patiently(caller, path, body) {
    for (let tries = 1; ; tries += 1) {
      const answer = await caller.post(path, body);
      if (answer.status !== 503 || tries === MOST_TRIES) return answer;
      this.#refused += 1;
      await sleep((answer.retryAfter || 1) * 1000);
    }
  }

  #usage() {
    const { server, provider, postgres } = this.#task.pids;
    return {
      at: performance.now(),
      server: cpuMs(server),
      provider: cpuMs([provider]),
      generator: cpuMs([process.pid]),
      postgres: treeCpuMs(postgres),
      rssMiB: rssMiB(server),
    };
  }

  #report(before, after) {
    const ms = after.at - before.at;
    const spent = (name) => after[name] - before[name];
    const perFlow = (name) => spent(name) / this.#measured;
    const { flow, request, verify } = this.#latencies;
    return {
      flowsPerSecond: (this.#measured / ms) * 1000,
      flow: flow.summary(),
      request: request.summary(),
      verify: verify.summary(),
      cpuMs: perFlow('server'),
      postgresCpuMs: perFlow('postgres'),
      rssMiB: after.rssMiB,
      cores: {
        server: spent('server') / ms,
        postgres: spent('postgres') / ms,
        provider: spent('provider') / ms,
        generator: spent('generator') / ms,
      },
      flows: this.#total,
      nextIndex: this.#next,
      refused: this.#refused,
      failed: this.#failed,
      failures: this.#failures,
    };
  }
}
