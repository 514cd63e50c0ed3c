import type { SearchController } from '../controllers/search.controller.js';
import { MAY } from '../domain/rights.js';
import { searchQuery, searchResponse } from '../schemas/search.schema.js';
import type { Route } from './route.js';

export function searchRoutes(searches: SearchController): Route[] {
  return [
    {
      method: 'get',
      path: '/verifications',
      callers: MAY.search,
      operationId: 'searchVerifications',
      tag: 'Verifications',
      summary: 'Find verifications',
      description:
        'For a secret key, those of its application; for an operator key, those of all. Newest first. `Link: rel="next"` names the next page. A page examines a bounded number of verifications, so it may be short, or empty, although there is a next one.',
      query: searchQuery,
      response: searchResponse,
      responseDescription: 'A page of verifications.',
      errors: [],
      handle: searches.search,
    },
  ];
}
