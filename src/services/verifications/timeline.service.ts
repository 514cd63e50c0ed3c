import type { Models } from '../../models/index.js';

export interface TimelineEntry {
  type: string;
  at: Date;
  reason?: string;
  channel?: string;
  provider?: string;
}

/** Reads the timeline of a verification: what happened, when, never a code. */
export class TimelineService {
  constructor(private readonly models: Pick<Models, 'VerificationEvent'>) {}

  /** Oldest first. */
  async of(verificationId: string): Promise<TimelineEntry[]> {
    const events = await this.models.VerificationEvent.findAll({
      where: { verificationId },
      // Not by id alone: a callback can be written before what it follows.
      order: [
        ['occurredAt', 'ASC'],
        ['id', 'ASC'],
      ],
      limit: 200,
    });
    return events.map(({ type, occurredAt, detail }) => ({ type, at: occurredAt, ...detail }));
  }
}
