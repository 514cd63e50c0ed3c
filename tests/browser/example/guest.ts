import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { freshNumber, Visit, type SimulatedMessage, type VisitOptions } from '../support/visit.js';
import type { RunningExample } from './running-example.js';

export const PASSWORD = 'seven knots and falling';

const STEP = `[document.title.replace(/ · Harbour$/, ''), document.activeElement.name || document.activeElement.localName]`;

interface Step {
  /** Title of the document, which names the heading if not said otherwise. */
  title?: string;
  /** What has the focus: a field, or the heading. */
  focus?: string;
}

/** A user of Harbour: a browser and the simulated phone in its corner. */
export class Guest {
  password = PASSWORD;

  private constructor(
    readonly example: RunningExample,
    readonly visit: Visit,
    private readonly origin: string,
    readonly number = freshNumber(),
  ) {}

  static async arrive(
    example: RunningExample,
    browser: Browser,
    { origin = example.nextjs, ...options }: VisitOptions & { origin?: string },
  ): Promise<Guest> {
    return new Guest(example, await Visit.start(browser, origin, null, options), origin);
  }

  async elsewhere(): Promise<Guest> {
    const { screenshots } = this.visit;
    const browser = this.page.context().browser()!;
    const visit = await Visit.start(browser, this.origin, null, { screenshots });
    return new Guest(this.example, visit, this.origin, this.number);
  }

  get page(): Page {
    return this.visit.page;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.origin + path);
  }

  inbox(): Promise<SimulatedMessage[]> {
    return this.example.inbox(this.number.e164);
  }

  /** The code of the newest of `count` messages. */
  async codeOnPhone(count: number): Promise<string> {
    for (let tries = 0; tries < 200; tries += 1) {
      const [message, ...earlier] = await this.inbox();
      if (message && earlier.length === count - 1) return message.code;
      await sleep(50);
    }
    throw new Error(`No message ${count} has arrived`);
  }

  /** Waits for the simulated phone on the page, which asks once a second. */
  async showsOnPhone(count: number): Promise<void> {
    await this.page.locator(`.phone[data-count="${count}"]`).waitFor();
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

  /** The next step is announced: the title names it, and its heading or its field has the focus. */
  async stepsTo(heading: string, { title = heading, focus = 'h1' }: Step = {}): Promise<void> {
    await this.sees(heading);
    let step: unknown;
    for (let tries = 0; tries < 40; tries += 1) {
      step = await this.page.evaluate(STEP);
      if (JSON.stringify(step) === JSON.stringify([title, focus])) return;
      await sleep(50);
    }
    expect([step, await this.page.locator('main').innerText()]).toEqual([title, focus]);
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
    await this.stepsTo('Almost there');
    await this.field('name').fill('Ada');
    await this.field('password').fill(this.password);
    await this.button('Create my account').click();
    await this.stepsTo('Log in');
  }

  /** Has an account, as after `signUp`. */
  async register(): Promise<void> {
    const { example, number, password } = this;
    const proof = await example.proof(number.e164, 'register');
    await example.post('/auth/register', { proof, password, name: 'Ada' });
  }

  async enterPassword(password = this.password): Promise<void> {
    await this.open('/log-in');
    await this.fillLogin(password);
  }

  async fillLogin(password = this.password): Promise<void> {
    await this.field('phoneNumber').fill(this.number.shown);
    await this.field('password').fill(password);
    await this.button('Continue').click();
  }

  async enterCode(code: string): Promise<void> {
    await this.field('code').fill(code);
    await this.page.keyboard.press('Enter');
  }

  async logIn(): Promise<void> {
    await this.open('/log-in');
    await this.passLogin();
    await this.sees('Ahoy, Ada');
  }

  /** Both steps of the login that the page shows. */
  async passLogin(): Promise<void> {
    const before = (await this.inbox()).length;
    await this.fillLogin();
    await this.sees('Check your phone');
    await this.enterCode(await this.codeOnPhone(before + 1));
  }

  /** What the previous step has to say; not what the element says. */
  notices(): Promise<string[]> {
    const texts = `[...document.querySelectorAll('main .notice')].map((one) => one.textContent)`;
    return this.page.evaluate<string[]>(texts);
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
