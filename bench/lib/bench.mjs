import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BenchPostgres } from './postgres.mjs';
import { startGenerator, startServer } from './processes.mjs';
import { SUBJECTS } from './subjects.mjs';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
/** Concurrent provider calls, the default of the service. */
const PROVIDER_CALLS = 50;
/** A paced load does not wait for answers, so it needs more. */
const PACED_CALLS = 500;
/** Warming up ends at the number of flows or at the time limit, whichever comes first. */
const WARM_UP = { warmFlows: 3000, warmSeconds: 20, seconds: 0.1 };
/** Lets connections close and Postgres flush. */
const PAUSE_MS = 300;

/** Starts and stops Postgres, the provider stub, the load generator and the subjects of a run. */
export class Bench {
  #options;
  #home;
  #steps = [];
  #subjects = [];

  constructor(options, home) {
    this.#options = options;
    this.#home = home;
  }

  /** @param variants `name` in the report, `subject` in SUBJECTS, and the options of its start */
  async start(variants) {
    this.#postgres = await BenchPostgres.start(`${this.#home}/postgres`);
    this.#steps.unshift(() => this.#postgres.destroy());
    const home = this.#home;
    this.#provider = await startServer({ name: 'provider', script: path('provider.mjs'), home });
    this.#steps.unshift(() => this.#provider.stop());
    this.#generator = startGenerator(path('generator.mjs'));
    this.#steps.unshift(() => this.#generator.stop());
    for (const variant of variants) await this.#startSubject(variant);
  }

  #postgres;
  #provider;
  #generator;

  /** Runs flows until V8 has compiled the hot code of each subject. */
  async warmUp({ latencyMs, clients }) {
    await this.#control({ latencyMs });
    for (const subject of this.#subjects) await this.#measure(subject, { clients, ...WARM_UP });
  }

  /** Measures each subject once, in an order that rotates by round. Returns the reports by name. */
  async round(number, { latencyMs, loadOf }) {
    await this.#control({ latencyMs });
    const turn = number % this.#subjects.length;
    const order = [...this.#subjects.slice(turn), ...this.#subjects.slice(0, turn)];
    const reports = new Map();
    for (const subject of order) {
      reports.set(subject.name, await this.#measure(subject, loadOf(subject.name)));
      await sleep(PAUSE_MS);
    }
    return Object.fromEntries(this.#subjects.map(({ name }) => [name, reports.get(name)]));
  }

  /** Compares the load generator's counts with each database. Returns one line per difference. */
  async faults() {
    const faults = [];
    for (const { name, url, count, flows, ...seen } of this.#subjects) {
      const { messages, refused, failed, failures } = seen;
      if (failed > 0) faults.push(`${name}: ${failed} flows failed; the first one: ${failures[0]}`);
      if (flows === 0) faults.push(`${name}: no flow verified`);
      // A refused request may still have reached the provider.
      if (messages !== flows && refused + failed === 0) {
        faults.push(`${name}: ${flows} flows verified, but the provider sent ${messages} messages`);
      }
      const [counts] = await this.#postgres.query(url, count);
      for (const [what, n] of Object.entries(counts)) {
        if (n !== flows)
          faults.push(`${name}: ${flows} flows verified, but the database has ${n} ${what}`);
      }
    }
    return faults;
  }

  async stop() {
    for (const step of this.#steps.splice(0)) await step();
  }

  async #startSubject({ name, subject: kind, inOneCountry, ...more }) {
    const { dialect, count, start } = SUBJECTS[kind];
    const database = `bench_${name.replaceAll(/\W+/g, '_')}`;
    const url = await this.#postgres.createDatabase(database);
    const surroundings = { databaseUrl: url, providerUrl: this.#provider.url, home: this.#home };
    const { clients, paced, node } = this.#options;
    const calls = Math.max(PROVIDER_CALLS, clients, paced === undefined ? 0 : PACED_CALLS);
    const started = await start({ ...surroundings, name: database, calls, node, ...more });
    for (const one of started.processes) this.#steps.unshift(() => one.stop());
    const seen = { nextIndex: 0, flows: 0, messages: 0, refused: 0, failed: 0, failures: [] };
    this.#subjects.push({ name, inOneCountry, dialect, count, database, url, ...started, ...seen });
  }

  async #measure(subject, load) {
    const { warm, seconds } = this.#options;
    await this.#postgres.forgetStatements();
    const before = await this.#control({});
    const endBackground = subject.background?.();
    const report = await this.#generator.run({
      dialect: subject.dialect,
      urls: subject.processes.map(({ url }) => url),
      provider: this.#provider.url,
      firstIndex: subject.nextIndex,
      inOneCountry: subject.inOneCountry,
      headers: subject.headers,
      warmSeconds: warm,
      seconds,
      pids: {
        server: subject.processes.map(({ pid }) => pid),
        provider: this.#provider.pid,
        postgres: this.#postgres.pid,
      },
      ...load,
    });
    await endBackground?.();
    const after = await this.#control({});
    subject.nextIndex = report.nextIndex;
    subject.flows += report.flows;
    subject.messages += after.started - before.started;
    subject.refused += report.refused;
    subject.failed += report.failed;
    subject.failures.push(...report.failures);
    const statements = (await this.#postgres.statementsOf(subject.database)) / report.flows;
    return { ...report, statements };
  }

  async #control(settings) {
    const answer = await fetch(`${this.#provider.url}/control`, {
      method: 'POST',
      body: JSON.stringify(settings),
    });
    return answer.json();
  }
}
