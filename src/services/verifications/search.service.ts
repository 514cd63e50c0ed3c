import type { DatabaseClock } from '../../database/clock.js';
import type { Statements } from '../../database/statements.js';
import { phoneKeyOf } from '../../domain/phone-key.js';
import type { Channel, Verification, VerificationStatus } from '../../domain/verification.js';
import { firstIdAt } from '../../domain/verification-id.js';
import type { SearchQuery } from '../../schemas/search.schema.js';
import { toVerification, type VerificationRow } from './rows.js';
import * as sql from './search.sql.js';

/** What a search asks for. A field that is undefined excludes nothing. */
export interface SearchFilters {
  /** Undefined: all applications. */
  applicationId?: string | undefined;
  /** E.164. */
  phoneNumber?: string | undefined;
  reference?: string | undefined;
  status?: VerificationStatus | undefined;
  purpose?: string | undefined;
  channel?: Channel | undefined;
  /** Inclusive. Default, without number and reference: 24 hours before `to`. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** @param applicationId undefined for all applications */
export function filtersOf(query: SearchQuery, applicationId: string | undefined): SearchFilters {
  const { phoneNumber, reference, status, purpose, channel, from, to } = query;
  return {
    applicationId,
    phoneNumber,
    reference,
    status,
    purpose,
    channel,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
  };
}

/** The place of a row in the order of a search. */
export interface SearchPosition {
  id: string;
  /** Microseconds since 1970, a bigint in decimal. */
  createdMicros: string;
}

export interface FoundVerification extends Verification {
  applicationId: string;
}

export interface SearchPage {
  /** Newest first. May have fewer items than the limit, or none, although there is a next page. */
  verifications: FoundVerification[];
  /** Undefined on the last page. */
  next: SearchPosition | undefined;
}

interface Row extends VerificationRow {
  status_now: VerificationStatus;
  created_micros: string;
  place: number;
  matches: boolean;
}

const DEFAULT_WINDOW_MS = 24 * 3_600_000;
/** Greater than every id. */
const END_OF_IDS = '~';

/** Lists verifications, newest first. A page examines a bounded number of rows. */
export class VerificationSearchService {
  constructor(
    private readonly statements: Statements,
    private readonly clock: DatabaseClock,
  ) {}

  /** @param after the position where the previous page ended */
  async search(
    filters: SearchFilters,
    { limit, after }: { limit: number; after?: SearchPosition | undefined },
  ): Promise<SearchPage> {
    const rows = await this.rows(filters, limit, after);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const isLastPage = rows.length <= limit && last?.place !== sql.MAX_WALKED;
    return {
      verifications: page.filter(({ matches }) => matches).map(toFound),
      next: isLastPage || !last ? undefined : positionOf(last),
    };
  }

  private async rows(
    filters: SearchFilters,
    limit: number,
    after: SearchPosition | undefined,
  ): Promise<Row[]> {
    const { applicationId, phoneNumber, reference, status, purpose, channel, from, to } = filters;
    // One more row tells whether there is a next page.
    const bind = [limit + 1, status ?? null, purpose ?? null, channel ?? null];
    if (phoneNumber !== undefined) {
      return this.statements.all(sql.PAGE_OF_NUMBER, [
        ...bind,
        reference ?? null,
        from ?? null,
        to ?? null,
        phoneKeyOf(phoneNumber),
        applicationId ?? null,
        after?.createdMicros ?? null,
        after?.id ?? '',
      ]);
    }
    bind.push(null);
    const end = to === undefined ? END_OF_IDS : firstIdAt(to.getTime());
    const upper = after !== undefined && after.id < end ? after.id : end;
    if (reference !== undefined) {
      const lower = from === undefined ? '' : firstIdAt(from.getTime());
      return applicationId === undefined
        ? this.statements.all(sql.PAGE_OF_REFERENCE_EVERYWHERE, [...bind, lower, upper, reference])
        : this.statements.all(sql.PAGE_OF_REFERENCE, [
            ...bind,
            lower,
            upper,
            reference,
            applicationId,
          ]);
    }
    const lower = firstIdAt(await this.startOf(from, to));
    return applicationId === undefined
      ? this.statements.all(sql.PAGE, [...bind, lower, upper])
      : this.statements.all(sql.PAGE_OF_APPLICATION, [...bind, lower, upper, applicationId]);
  }

  private async startOf(from: Date | undefined, to: Date | undefined): Promise<number> {
    if (from) return from.getTime();
    return (to ? to.getTime() : await this.clock.now()) - DEFAULT_WINDOW_MS;
  }
}

function toFound(row: Row): FoundVerification {
  const status = row.status_now;
  return { ...toVerification({ ...row, status }), applicationId: row.application_id };
}

function positionOf(row: Row): SearchPosition {
  return { id: row.id, createdMicros: row.created_micros };
}
