import type { Request, Response } from 'express';
import type { Caller } from '../domain/caller.js';
import { AppError } from '../errors/app-error.js';
import type { SearchQuery } from '../schemas/search.schema.js';
import type { SearchCursors } from '../services/verifications/search-cursors.js';
import {
  filtersOf,
  type VerificationSearchService,
} from '../services/verifications/search.service.js';
import { callerOf } from '../middlewares/caller.js';
import { presentFound } from './present-operator.js';

export class SearchController {
  constructor(
    private readonly searches: VerificationSearchService,
    private readonly cursors: SearchCursors,
  ) {}

  search = async (_req: Request, res: Response): Promise<void> => {
    const query = res.locals['query'] as SearchQuery;
    const filters = filtersOf(query, applicationOf(query, callerOf(res)));
    const after = query.cursor === undefined ? undefined : this.cursors.open(query.cursor, filters);
    if (query.cursor !== undefined && !after) {
      throw invalid('cursor', 'is not a cursor of this search');
    }
    const page = await this.searches.search(filters, { limit: Number(query.limit), after });
    const nextCursor = page.next ? this.cursors.seal(page.next, filters) : null;
    if (nextCursor !== null) res.set('Link', `<${linkTo(query, nextCursor)}>; rel="next"`);
    res.json({ verifications: page.verifications.map(presentFound), nextCursor });
  };
}

function applicationOf({ application }: SearchQuery, caller: Caller): string | undefined {
  if (caller.kind === 'operator') return application;
  if (application !== undefined) throw invalid('application', 'is for operator keys only');
  return caller.applicationId;
}

/** Relative to the request, so that it is right behind every proxy. */
function linkTo(query: SearchQuery, cursor: string): string {
  const link = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, cursor })) {
    if (value !== undefined) link.set(name, value);
  }
  return `?${link.toString()}`;
}

function invalid(parameter: string, message: string): AppError {
  return new AppError('invalid_request', {
    extras: { errors: [{ pointer: `/${parameter}`, message }] },
  });
}
