import { ProoflineError } from './errors.js';

/** Longer than anybody waits before trying again, shorter than a new wish to be sent a message. */
const KEY_LIFETIME_MS = 120_000;

interface Action {
  key: string;
  startedAt: number;
  running: Promise<unknown> | undefined;
}

/** randomUUID exists only on https and localhost; a key needs no more than being unlikely to repeat. */
const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

/**
 * One key per action of a person. Pressed twice, the second press gets the first one's result; tried again after no
 * result came, it is still the same action and keeps the key, so that a lost result never costs a second message.
 */
export class IdempotencyKeys {
  private readonly actions = new Map<string, Action>();

  /** Runs `work` under the key of this action, or joins it where it is running already. */
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

  /** Joins the same action where it is running, and forgets its name with it: a name may hold a code. */
  once<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const action = this.find(name);
    action.running ??= work().finally(() => this.actions.delete(name));
    return action.running as Promise<Result>;
  }

  private find(name: string): Action {
    const known = this.actions.get(name);
    if (known && (known.running || Date.now() - known.startedAt < KEY_LIFETIME_MS)) return known;
    const action = { key: newKey(), startedAt: Date.now(), running: undefined };
    this.actions.set(name, action);
    return action;
  }
}
