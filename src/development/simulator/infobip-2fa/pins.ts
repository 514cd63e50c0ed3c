import { randomInt } from 'node:crypto';
import { randomId } from './ids.js';
import type { PinType } from './constants.js';

export interface Pin {
  pinId: string;
  readonly applicationId: string;
  readonly messageId: string;
  readonly to: string;
  readonly secret: string;
  expiresAt: number;
  failedAttempts: number;
  /** Undefined while no message has been sent. */
  sentAt: Date | undefined;
  verifiedAt: Date | undefined;
}

type NewPin = Pick<Pin, 'applicationId' | 'messageId' | 'to' | 'secret' | 'expiresAt'>;

const ALPHABETS: Record<PinType, string> = {
  NUMERIC: '0123456789',
  ALPHA: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  HEX: '0123456789ABCDEF',
  ALPHANUMERIC: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
};

/** All PINs; drops the oldest beyond the capacity. A number may have several. */
export class Pins {
  private readonly byId = new Map<string, Pin>();

  constructor(private readonly capacity = 10_000) {}

  add(fresh: NewPin): Pin {
    const pin: Pin = {
      ...fresh,
      pinId: randomId(),
      failedAttempts: 0,
      sentAt: undefined,
      verifiedAt: undefined,
    };
    this.byId.set(pin.pinId, pin);
    this.evictOldest();
    return pin;
  }

  find(pinId: string): Pin | undefined {
    return this.byId.get(pinId);
  }

  rename(pin: Pin): void {
    this.byId.delete(pin.pinId);
    pin.pinId = randomId();
    this.byId.set(pin.pinId, pin);
  }

  of(applicationId: string, to: string): Pin[] {
    return [...this.byId.values()]
      .filter((pin) => pin.applicationId === applicationId && pin.to === to)
      .reverse();
  }

  private evictOldest(): void {
    if (this.byId.size <= this.capacity) return;
    for (const oldest of this.byId.keys()) {
      this.byId.delete(oldest);
      return;
    }
  }
}

export function randomPin(length: number, type: PinType): string {
  const alphabet = ALPHABETS[type];
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
