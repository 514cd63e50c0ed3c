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

function itemNamed(collection: PostmanCollection, name: string): PostmanItem {
  const item = itemsOf(collection).find((candidate) => candidate.name === name);
  if (!item) throw new Error(`The collection has no request "${name}"`);
  return item;
}

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
          request?.url.raw === `{{baseUrl}}${path.replace('{id}', '{{verificationId}}')}` ||
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

  test('verifies a number when its requests are run one after the other', async () => {
    const service = await TestService.start();
    try {
      const phoneNumber = freshNumber();
      noteSecret(phoneNumber);
      const runner = new Runner({ baseUrl: service.url, phoneNumber });
      const collection = JSON.parse(readFileSync(FILE, 'utf8')) as PostmanCollection;
      expect(await runner.run(itemNamed(collection, 'Send a code'))).toBe(200);
      expect(runner.variables.get('verificationId')).toMatch(/^[0-9a-z]{37}$/);
      runner.variables.set('code', service.sinch.codeFor(phoneNumber));
      expect(await runner.run(itemNamed(collection, 'Check a code'))).toBe(200);
      expect(await runner.run(itemNamed(collection, 'Get a verification with its timeline'))).toBe(
        200,
      );
      expect(await runner.run(itemNamed(collection, 'Spend a proof'))).toBe(200);
      expect(await runner.run(itemNamed(collection, 'Spend a proof'))).toBe(409);
    } finally {
      await service.stop();
    }
  });
});

/** As much of Postman as the collection uses. */
class Runner {
  readonly variables: Map<string, string>;

  constructor(variables: Record<string, string>) {
    this.variables = new Map(Object.entries(variables));
  }

  /** Sends the request, runs its test script and answers the status. */
  async run({ request, event = [] }: PostmanItem): Promise<number> {
    if (!request) throw new Error('A folder cannot be run');
    const answer = await fetch(this.fill(request.url.raw), {
      method: request.method,
      headers: Object.fromEntries(request.header.map(({ key, value }) => [key, value])),
      ...(request.body && { body: this.fill(request.body.raw) }),
    });
    const body: unknown = await answer.json();
    const pm = {
      response: { code: answer.status, json: () => body },
      collectionVariables: {
        get: (name: string) => this.variables.get(name),
        set: (name: string, value: string) => this.variables.set(name, value),
      },
    };
    for (const { listen, script } of event) {
      if (listen === 'test') runInNewContext(script.exec.join('\n'), { pm });
    }
    return answer.status;
  }

  private fill(text: string): string {
    return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => this.variables.get(name) ?? '');
  }
}
