import { ProoflineError } from './errors.js';

/** Long enough for a retry, too short to swallow a later request. */
const KEY_LIFETIME_MS = 120_000;

interface Action {
  key: string;
  startedAt: number;
  running: Promise<unknown> | undefined;
}

/** crypto.randomUUID needs https or localhost. A key only has to be unlikely to repeat. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

/**
 * One idempotency key per user action. A repeated call joins the running one; a retry after a lost
 * response keeps the key, so that it sends no second message and gets the answer to a correct code.
 */
export class IdempotencyKeys {
  private readonly actions = new Map<string, Action>();

  /** Runs `work` with the action's key, or joins it if it is running. */
  run<Result>(name: string, work: (key: string) => Promise<Result>): Promise<Result> {
    const action = this.find(name);
    action.running ??= work(action.key).then(
      (result) => {
        this.actions.delete(name);
        return result;
      },
      (error: unknown) => {
        action.running = undefined;
        const isOpen = error instanceof ProoflineError && error.isUnanswered;
        if (!isOpen) this.actions.delete(name);
        throw error;
      },
    );
    return action.running as Promise<Result>;
  }

  private find(name: string): Action {
    this.forgetOld();
    const known = this.actions.get(name);
    if (known) return known;
    const action = { key: newKey(), startedAt: Date.now(), running: undefined };
    this.actions.set(name, action);
    return action;
  }

  /** A name may contain a code. */
  private forgetOld(): void {
    for (const [name, { running, startedAt }] of this.actions) {
      const isOld = Date.now() - startedAt >= KEY_LIFETIME_MS;
      if (isOld && running === undefined) this.actions.delete(name);
    }
  }
}
