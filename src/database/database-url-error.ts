/** The URL cannot be used. The message names the fault, never the password. */
export class DatabaseUrlError extends Error {
  constructor(fault: string) {
    super(`DATABASE_URL: ${fault}`);
    this.name = 'DatabaseUrlError';
  }
}
