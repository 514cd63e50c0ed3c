/** Where the bearer token of a call comes from. */
export interface BearerTokens {
  /**
   * A token that is good now.
   * @param timeoutMs how long this may take
   * @throws ProviderError; the call that needs the token has certainly not been made then
   */
  get(timeoutMs: number): Promise<string>;
  /** Takes in that the server calls this token expired; false when there can be no other. */
  expired(token: string): boolean;
}

/** One token for good. */
export class StaticToken implements BearerTokens {
  constructor(private readonly token: string) {}

  get(): Promise<string> {
    return Promise.resolve(this.token);
  }

  expired(): boolean {
    return false;
  }
}
