import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describeApi } from '../../../../scripts/docs/openapi.js';
import {
  buildPostmanCollection,
  type PostmanCollection,
  type PostmanItem,
} from '../../../../scripts/docs/postman-collection.js';
import { noteSecret } from '../../../support/evidence.js';
import { TestService, freshNumber } from '../../../support/service.js';

const FILE = join(import.meta.dirname, '../../../../docs/postman_collection.json');

function itemsOf(collection: PostmanCollection): PostmanItem[] {
  return collection.item.flatMap((folder) => folder.item ?? []);
}

const withVariables = (path: string) =>
  path
    .replace('{id}', '{{verificationId}}')
    .replace('{token}', '{{callbackToken}}')
    .replace('{key}', '{{keyId}}')
    .replace(/\{(application|pattern|phoneNumber|webhook)\}/, '{{$1}}');

describe('the Postman collection', () => {
  test('is in step with the API: otherwise run "npm run docs:postman"', async () => {
    const collection = buildPostmanCollection(await describeApi());
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(collection);
    expect(readFileSync(FILE, 'utf8')).toBe(`${JSON.stringify(collection, null, 2)}\n`);
  });

  test('has every operation of the API, under its path or as an alias', async () => {
    const api = await describeApi();
    const requests = itemsOf(buildPostmanCollection(api)).map((item) => item.request);
    for (const path of Object.keys(api.paths)) {
      const found = requests.filter(
        (request) =>
          request?.url.raw === `{{baseUrl}}${withVariables(path)}` ||
          request?.description.includes(`Also at \`${path}\`.`),
      );
      expect([path, found.length]).not.toEqual([path, 0]);
    }
  });

  test('uses no variable that it does not define', () => {
    const text = readFileSync(FILE, 'utf8');
    const collection = JSON.parse(text) as PostmanCollection;
    const defined = [...collection.variable.map(({ key }) => key), 'to'];
    const used = [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '');
    expect(used.filter((name) => !defined.includes(name))).toEqual([]);
    expect(used).toContain('verificationId');
  });

  test('runs in order: every assertion holds, and a number is verified', async () => {
    const service = await TestService.start();
    try {
      const [phoneNumber, otherNumber] = [freshNumber(), freshNumber()];
      noteSecret(phoneNumber);
      noteSecret(otherNumber);
      const collection = JSON.parse(readFileSync(FILE, 'utf8')) as PostmanCollection;
      const runner = new Runner(collection, { baseUrl: service.url, phoneNumber, otherNumber });
      // The folders that are skipped without ACCOUNTS=true have a script.
      for (const { item = [] } of collection.item.filter((folder) => !folder.event)) {
        for (const each of item) {
          if (each.name.startsWith('Read the code')) {
            runner.variables.set('code', service.sinch.codeFor(phoneNumber));
          } else await runner.run(each);
        }
      }
      expect(runner.failures).toEqual([]);
      expect(runner.assertions).toBeGreaterThan(25);
      const statuses = await service.rows('SELECT status FROM verifications ORDER BY created_at');
      expect(statuses.map(({ status }) => status)).toEqual(['verified', 'cancelled']);
    } finally {
      await service.stop();
    }
  });
});

/** As much of Postman as the collection uses. */
class Runner {
  readonly variables: Map<string, string>;
  readonly failures: string[] = [];
  assertions = 0;

  constructor({ variable }: PostmanCollection, variables: Record<string, string>) {
    const defaults = variable.map(({ key, value }): [string, string] => [key, value]);
    this.variables = new Map([...defaults, ...Object.entries(variables)]);
  }

  /** Sends the request and runs its test script. */
  async run({ name, request, event = [] }: PostmanItem): Promise<void> {
    if (!request) throw new Error('A folder cannot be run');
    const answer = await fetch(this.fill(request.url.raw), {
      method: request.method,
      headers: Object.fromEntries(request.header.map(({ key, value }) => [key, value])),
      ...(request.body && { body: this.fill(request.body.raw) }),
    });
    const body: unknown = await answer.json();
    const pm = {
      test: (what: string, assert: () => void) => {
        this.assertions += 1;
        try {
          assert();
        } catch (error) {
          this.failures.push(`${name}: ${what}: ${String(error)} ${JSON.stringify(body)}`);
        }
      },
      expect: expectLikeChai,
      response: { code: answer.status, json: () => body },
      collectionVariables: {
        set: (key: string, value: string) => this.variables.set(key, value),
      },
    };
    for (const { listen, script } of event) {
      if (listen === 'test') runInNewContext(script.exec.join('\n'), { pm });
    }
  }

  private fill(text: string): string {
    return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => this.variables.get(name) ?? '');
  }
}

function expectLikeChai(actual: unknown) {
  return {
    to: {
      eql: (expected: unknown) => expect(actual).toEqual(expected),
      be: { oneOf: (expected: unknown[]) => expect([...expected]).toContain(actual) },
      include: {
        members: (expected: unknown[]) =>
          expect(actual).toEqual(expect.arrayContaining([...expected])),
      },
    },
  };
}
