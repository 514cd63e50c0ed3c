import { TOTP } from 'otpauth';
import { noteSecret } from './evidence.js';
import type { TestService } from './service.js';
import { freshNumber, type Answer } from './service.js';

export const PASSWORD = 'correct horse battery';

export class Person {
  accessToken = '';
  refreshToken = '';
  secret = '';

  constructor(
    readonly service: TestService,
    public phoneNumber = freshNumber(),
    readonly password = PASSWORD,
  ) {
    noteSecret(phoneNumber);
    noteSecret(password);
  }

  async proof(purpose: string, phoneNumber = this.phoneNumber): Promise<string> {
    const { service } = this;
    const id = await service.request(phoneNumber, { purpose });
    const answer = await service.verify(id, service.sinch.codeFor(phoneNumber));
    const proof = String(answer.body['proof']);
    noteSecret(proof);
    return proof;
  }

  async register(more: Record<string, unknown> = {}): Promise<Answer> {
    const { password } = this;
    return this.service.post('/auth/register', {
      proof: await this.proof('register'),
      password,
      ...more,
    });
  }

  begin(password = this.password): Promise<Answer> {
    return this.service.post('/auth/login', { phoneNumber: this.phoneNumber, password });
  }

  async loginToken(password = this.password): Promise<string> {
    const answer = await this.begin(password);
    if (answer.status !== 200) throw new Error(`login answered ${answer.status}: ${answer.text}`);
    const token = String(answer.body['loginToken']);
    noteSecret(token);
    return token;
  }

  complete(loginToken: string, factor: string, code: unknown): Promise<Answer> {
    return this.service.post('/auth/login/verify', { loginToken, factor, code });
  }

  /** Logs in, with TOTP if enrolled, and keeps the tokens. */
  async login(password = this.password): Promise<Answer> {
    const token = await this.loginToken(password);
    const answer =
      this.secret === ''
        ? await this.complete(token, 'sms', this.smsCode())
        : await this.complete(token, 'totp', await this.nextTotp());
    this.keep(answer);
    return answer;
  }

  keep({ body }: Answer): void {
    this.accessToken = String(body['accessToken']);
    this.refreshToken = String(body['refreshToken']);
    noteSecret(this.accessToken);
    noteSecret(this.refreshToken);
  }

  smsCode(): string {
    return this.service.sinch.codeFor(this.phoneNumber);
  }

  refresh(refreshToken = this.refreshToken): Promise<Answer> {
    return this.service.post('/auth/refresh', { refreshToken });
  }

  get(path: string): Promise<Answer> {
    return this.service.get(path, this.bearer);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return body === undefined
      ? this.service.call('POST', path, undefined, this.bearer)
      : this.service.post(path, body, this.bearer);
  }

  remove(path: string): Promise<Answer> {
    return this.service.call('DELETE', path, undefined, this.bearer);
  }

  async enrolTotp(): Promise<void> {
    const { body } = await this.post('/auth/totp/enroll');
    const secret = String(body['secret']);
    noteSecret(secret);
    const confirmed = await this.post('/auth/totp/confirm', { code: this.totp(0, secret) });
    if (confirmed.status !== 200) throw new Error(`confirm answered ${confirmed.text}`);
    this.secret = secret;
  }

  totp(step = 0, secret = this.secret): string {
    return new TOTP({ secret }).generate({ timestamp: Date.now() + step * 30_000 });
  }

  /** An unused code: resets the last step, so that tests need not wait for the next one. */
  async nextTotp(): Promise<string> {
    await this.service.rows('UPDATE account_totp SET last_step = 0');
    return this.totp();
  }

  /** Moves the login outside the window for recent logins. */
  async ageLogin(): Promise<void> {
    await this.service.rows(
      `UPDATE account_sessions SET authenticated_at = now() - interval '11 minutes'`,
    );
  }

  private get bearer() {
    return { authorization: `Bearer ${this.accessToken}` };
  }
}

export async function registered(service: TestService, password = PASSWORD): Promise<Person> {
  const person = new Person(service, freshNumber(), password);
  const answer = await person.register();
  if (answer.status !== 200) throw new Error(`register answered ${answer.status}: ${answer.text}`);
  return person;
}

export async function loggedIn(service: TestService): Promise<Person> {
  const person = await registered(service);
  const answer = await person.login();
  if (answer.status !== 200) throw new Error(`login answered ${answer.status}: ${answer.text}`);
  return person;
}
