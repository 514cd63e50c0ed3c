import { faultMessage } from '../domain/fault-message.js';
import { searchQuery, type SearchQuery } from '../schemas/search.schema.js';
import { SearchCursors } from '../services/verifications/search-cursors.js';
import { filtersOf, type FoundVerification } from '../services/verifications/search.service.js';
import { readNumber, UsageError, type Options } from './arguments.js';
import type { Command } from './command.js';
import { notFound } from './tools.js';

/** Users of the command line can read the tables, so cursors need no secret here. */
const cursors = new SearchCursors('');

const search: Command = {
  usage:
    '[--app <application>] [--number <number>] [--reference <text>] [--status <status>] [--purpose <purpose>] ' +
    '[--channel <channel>] [--from <time>] [--to <time>] [--limit <n>] [--cursor <cursor>]',
  summary:
    'find verifications, the newest first; without --number, --reference and --from those of 24 hours',
  options: [
    'app',
    'number',
    'reference',
    'status',
    'purpose',
    'channel',
    'from',
    'to',
    'limit',
    'cursor',
  ],
  examples: ['--number +14155552671', '--app shop --status failed --from 2026-11-21T00:00:00Z'],
  needs: 'database',
  plan: (_, options) => {
    const query = queryOf(options);
    return async ({ searches, applications }) => {
      const { app } = options;
      const application = app === undefined ? undefined : await applications.find(app);
      if (app !== undefined && !application) return notFound('Application not found');
      const filters = filtersOf(query, application?.id);
      const after = query.cursor === undefined ? undefined : cursors.open(query.cursor, filters);
      if (query.cursor !== undefined && !after) {
        throw new UsageError('--cursor is not a cursor of this search');
      }
      const page = await searches.search(filters, { limit: Number(query.limit), after });
      const nextCursor = page.next ? cursors.seal(page.next, filters) : null;
      return {
        data: { verifications: page.verifications.map(toData), nextCursor },
        lines: [
          ...page.verifications.map(toLine),
          ...(page.verifications.length === 0 ? ['Found nothing here.'] : []),
          ...(nextCursor === null ? [] : [`More: add --cursor ${nextCursor}`]),
        ],
      };
    };
  },
};

const showUser: Command = {
  usage: '<number>',
  summary: 'show whether a phone number has been verified',
  examples: ['+14155552671'],
  needs: 'database',
  plan: (text) => {
    const { e164 } = readNumber(text);
    return async ({ users }) => {
      const user = await users.findByPhoneNumber(e164);
      if (!user) return notFound('User not found');
      const last = user.lastVerifiedAt?.toISOString() ?? 'never';
      const line = `${user.phoneNumber} (${user.country})  ${user.status}, last ${last}`;
      return { data: { ...user }, lines: [line] };
    };
  },
};

export const SEARCH_COMMANDS = { search, 'users show': showUser };

/** @throws UsageError */
function queryOf(options: Options): SearchQuery {
  const { number: phoneNumber, reference, status, purpose, channel, from, to } = options;
  const { limit, cursor } = options;
  const given = { phoneNumber, reference, status, purpose, channel, from, to, limit, cursor };
  const parsed = searchQuery.safeParse(given, { error: faultMessage });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path[0] === 'phoneNumber' ? 'number' : String(issue?.path[0]);
  throw new UsageError(`--${name} ${issue?.message}`);
}

function toData({
  sendReference: _send,
  providerReference: _provider,
  ...facts
}: FoundVerification) {
  return facts;
}

function toLine(verification: FoundVerification): string {
  const { id, createdAt, status, phoneNumber, purpose, applicationId, reference } = verification;
  const words = [
    createdAt.toISOString(),
    id,
    status.padEnd(9),
    phoneNumber,
    purpose,
    applicationId,
  ];
  return `  ${[...words, reference ?? ''].join('  ').trimEnd()}`;
}
