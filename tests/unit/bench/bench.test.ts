import { join } from 'node:path';
import { canReceive, parsePhoneNumber } from '../../../src/domain/phone-number.js';

/** The benchmark is plain JavaScript, so its types are declared here. */
const load = async <T>(name: string): Promise<T> =>
  (await import(join(import.meta.dirname, '../../../bench/lib', name))) as T;

interface Report {
  flowsPerSecond: number;
  [figure: string]: unknown;
}
interface Figure {
  value: number;
  ratio: number;
}
interface Summary {
  name: string;
  flowsPerSecond: Figure;
}

const report = (flowsPerSecond: number): Report => {
  const times = { p50: 1, p95: 2, p99: 3 };
  const figures = { cpuMs: 1, postgresCpuMs: 1, statements: 4, rssMiB: 50, refused: 0 };
  return { flowsPerSecond, flow: times, request: times, verify: times, ...figures, cores: {} };
};

describe('the numbers of the benchmark', () => {
  test('can receive SMS, are in its countries and are unique', async () => {
    const { numberAt, COUNTRIES } = await load<{
      numberAt: (index: number) => string;
      COUNTRIES: string[];
    }>('numbers.mjs');
    const numbers = Array.from({ length: 20_000 }, (_, i) => numberAt(i));
    expect(new Set(numbers).size).toBe(numbers.length);
    const refused = numbers
      .filter((_, i) => i % 7 === 0)
      .filter((text) => {
        const number = parsePhoneNumber(text);
        const allowed = { allowVoip: false, allowPersonal: false };
        return (
          !number || !canReceive(number.type, 'sms', allowed) || !COUNTRIES.includes(number.country)
        );
      });
    expect(refused).toEqual([]);
  });
});

describe('the summary of the benchmark', () => {
  const summarize = async (rounds: Record<string, Report>[]) => {
    const module = await load<{ summarize: (r: typeof rounds) => Summary[] }>('summary.mjs');
    return module.summarize(rounds);
  };

  test('compares within a round, so that a slow round does not distort the ratio', async () => {
    const rounds = [
      { floor: report(1000), other: report(500) },
      { floor: report(100), other: report(50) },
      { floor: report(900), other: report(300) },
    ];
    const [floor, other] = await summarize(rounds);
    expect(floor?.flowsPerSecond).toMatchObject({ value: 900, ratio: 1 });
    expect(other?.flowsPerSecond).toMatchObject({ value: 300, ratio: 0.5 });
  });

  test('becomes a table with the ratio in brackets', async () => {
    const { markdownTable } = await load<{
      markdownTable: (summary: Summary[], columns: object[]) => string;
    }>('table.mjs');
    const columns = [{ key: 'flowsPerSecond', title: 'flows/s', digits: 0 }];
    const summary = await summarize([{ floor: report(800), other: report(600) }]);
    expect(markdownTable(summary, columns).split('\n')).toEqual([
      '|       |    flows/s |',
      '| ----- | ---------: |',
      '| floor |        800 |',
      '| other | 600 (0.75) |',
    ]);
  });
});

describe('the options of the benchmark', () => {
  const read = async (...args: string[]) => {
    const { readOptions } = await load<{
      readOptions: (args: string[]) => Record<string, unknown>;
    }>('options.mjs');
    return readOptions(args);
  };

  test('have defaults', async () => {
    expect(await read()).toMatchObject({ rounds: 5, clients: 32, latency: 0, smoke: false });
    expect(await read('--in-flight', '1000', '--only', 'floor,proofline')).toMatchObject({
      clients: 1000,
      only: ['floor', 'proofline'],
    });
  });

  test('are parsed strictly', async () => {
    await expect(read('--rounds', 'many')).rejects.toThrow('--rounds takes a number');
    await expect(read('--fast')).rejects.toThrow('--fast');
  });
});
