export interface BearerTokens {
  /**
   * Returns a valid token within `timeoutMs`.
   * @throws ProviderError; the call that needs the token was not sent
   */
  get(timeoutMs: number): Promise<string>;
  /** Reports that the server rejected the token as expired. @returns whether a new token can be requested */
  expired(token: string): boolean;
}

export class StaticToken implements BearerTokens {
  constructor(private readonly token: string) {}

  get(): Promise<string> {
    return Promise.resolve(this.token);
  }

  expired(): boolean {
    return false;
  }
}
