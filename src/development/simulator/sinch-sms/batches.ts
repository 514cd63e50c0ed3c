import { timeSortedId } from './ids.js';
import { withoutPrefix } from './placeholders.js';
import type { SendRequest } from './requests.js';
import { QUEUED, type DeliveryState } from './constants.js';

export interface Recipient {
  readonly msisdn: string;
  state: DeliveryState;
  at: Date;
}

export interface Batch {
  readonly id: string;
  /** The plan or project that owns it; the other does not see it. */
  readonly account: string;
  readonly request: SendRequest;
  readonly sendAt: Date;
  readonly expireAt: Date;
  readonly createdAt: Date;
  modifiedAt: Date;
  canceled: boolean;
  recipients: Recipient[];
}

type NewBatch = Pick<Batch, 'account' | 'request' | 'sendAt' | 'expireAt'>;

/** All batches, oldest first. Drops the oldest beyond the capacity. */
export class Batches {
  private readonly byId = new Map<string, Batch>();

  constructor(private readonly capacity = 10_000) {}

  add(batch: NewBatch): Batch {
    const now = new Date();
    const msisdns = new Set(batch.request.to.map(withoutPrefix));
    const added: Batch = {
      ...batch,
      id: timeSortedId(),
      createdAt: now,
      modifiedAt: now,
      canceled: false,
      recipients: [...msisdns].map((msisdn) => ({ msisdn, state: QUEUED, at: now })),
    };
    this.byId.set(added.id, added);
    const [oldest] = this.byId.keys();
    if (this.byId.size > this.capacity && oldest !== undefined) this.byId.delete(oldest);
    return added;
  }

  find(account: string, id: string): Batch | undefined {
    const batch = this.byId.get(id);
    return batch?.account === account ? batch : undefined;
  }

  list(account: string): Batch[] {
    return [...this.byId.values()].filter((batch) => batch.account === account).reverse();
  }
}
