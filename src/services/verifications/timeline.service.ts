import type { Models } from '../../models/index.js';

export interface TimelineEntry {
  type: string;
  at: Date;
  reason?: string;
  channel?: string;
  provider?: string;
}

/** Reads the timeline of a verification, which never contains codes. */
export class TimelineService {
  constructor(private readonly models: Pick<Models, 'VerificationEvent'>) {}

  /** Oldest first. */
  async of(verificationId: string): Promise<TimelineEntry[]> {
    const events = await this.models.VerificationEvent.findAll({
      where: { verificationId },
      // Time first: a callback can be stored before the event that it follows.
      order: [
        ['occurredAt', 'ASC'],
        ['id', 'ASC'],
      ],
      limit: 200,
    });
    return events.map(({ type, occurredAt, detail }) => ({ type, at: occurredAt, ...detail }));
  }
}
