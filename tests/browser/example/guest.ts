import type { Browser, Page } from 'playwright-core';
import { freshNumber, Visit, type SimulatedMessage, type VisitOptions } from '../support/visit.js';
import type { RunningExample } from './running-example.js';

export const PASSWORD = 'seven knots and falling';

/** A user of Harbour: a browser and the simulated phone in its corner. */
export class Guest {
  password = PASSWORD;

  private constructor(
    readonly example: RunningExample,
    readonly visit: Visit,
    readonly number = freshNumber(),
  ) {}

  static async arrive(
    example: RunningExample,
    browser: Browser,
    options: VisitOptions,
  ): Promise<Guest> {
    return new Guest(example, await Visit.start(browser, example.nextjs, null, options));
  }

  async elsewhere(): Promise<Guest> {
    const { screenshots } = this.visit;
    const browser = this.page.context().browser()!;
    const visit = await Visit.start(browser, this.example.nextjs, null, { screenshots });
    return new Guest(this.example, visit, this.number);
  }

  get page(): Page {
    return this.visit.page;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.example.nextjs + path);
  }

  inbox(): Promise<SimulatedMessage[]> {
    return this.example.inbox(this.number.e164);
  }

  async codeOnPhone(count: number): Promise<string> {
    await this.page.locator(`.phone[data-count="${count}"]`).waitFor();
    return (await this.page.locator('.phone [data-code]').textContent()) ?? '';
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(name: string) {
    return this.page.locator(`input[name="${name}"]`);
  }

  async sees(heading: string): Promise<void> {
    await this.page.getByRole('heading', { name: heading }).first().waitFor();
  }

  async says(text: string): Promise<void> {
    await this.page.locator('main', { hasText: text }).waitFor();
  }

  async proveNumber(): Promise<void> {
    const before = (await this.inbox()).length;
    await this.visit.askFor(this.number.typed);
    await this.visit.enterCode(await this.codeOnPhone(before + 1));
  }

  async signUp(): Promise<void> {
    await this.open('/sign-up');
    await this.proveNumber();
    await this.sees('Almost there');
    await this.field('name').fill('Ada');
    await this.field('password').fill(this.password);
    await this.button('Create my account').click();
    await this.sees('Log in');
  }

  async enterPassword(password = this.password): Promise<void> {
    await this.open('/log-in');
    await this.field('phoneNumber').fill(this.number.shown);
    await this.field('password').fill(password);
    await this.button('Continue').click();
  }

  async enterCode(code: string): Promise<void> {
    await this.field('code').fill(code);
    await this.page.keyboard.press('Enter');
  }

  async logIn(): Promise<void> {
    const before = (await this.inbox()).length;
    await this.enterPassword();
    await this.sees('Check your phone');
    await this.enterCode(await this.codeOnPhone(before + 1));
    await this.sees('Ahoy, Ada');
  }

  async logOut(): Promise<void> {
    await this.button('Log out').click();
    await this.sees('A berth for tonight.');
  }

  /** Clears the browser errors that the test caused itself. */
  forgiveComplaints(about: string): void {
    const { complaints } = this.visit;
    const left = complaints.splice(0).filter((complaint) => !complaint.includes(about));
    complaints.push(...left);
  }
}
