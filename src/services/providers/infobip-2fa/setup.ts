import type { Limit } from '../../../domain/limit.js';
import { ProviderError } from '../../../errors/provider-error.js';
import type {
  ApplicationSettings,
  InfobipApplicationService,
  TemplateSettings,
} from './application.service.js';
import type { InfobipApplication, InfobipTemplate } from './application.wire.js';
import { findWeakerSettings, type CodeRules } from './settings-check.js';

export interface SetupOptions extends CodeRules {
  /** The objects to update. Without an id, setup looks the object up or creates it. */
  applicationId: string | undefined;
  messageId: string | undefined;
  brand: string;
  pinLength: number;
  sendPerPhone: readonly Limit[];
  sendAllApplications: readonly Limit[];
  wrongPerPhone: readonly Limit[];
}

/** The ids to configure, and whether each object is new. */
export interface SetupResult {
  applicationId: string;
  messageId: string;
  application: 'created' | 'updated';
  template: 'created' | 'updated';
}

/** Setup failed; the message is one line for the operator. */
export class SetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SetUpError';
  }
}

const DAY_SECONDS = 86_400;

/**
 * Creates or updates the 2FA application and its message template: PIN rules equal ours, send limits exceed
 * ours. Idempotent.
 * @throws SetupError
 */
export async function setUpInfobip(
  applications: InfobipApplicationService,
  options: SetupOptions,
): Promise<SetupResult> {
  try {
    const [found, application] = await putApplication(applications, options);
    requireApplied(application, options);
    const { applicationId } = application;
    const [known, template] = await putTemplate(applications, applicationId, options);
    return {
      applicationId,
      messageId: template.messageId,
      application: found ? 'updated' : 'created',
      template: known ? 'updated' : 'created',
    };
  } catch (error) {
    throw error instanceof ProviderError ? new SetupError(explain(error)) : error;
  }
}

async function putApplication(
  applications: InfobipApplicationService,
  options: SetupOptions,
): Promise<[found: boolean, now: InfobipApplication]> {
  const found = await findApplication(applications, options);
  const settings = applicationSettings(found?.name ?? nameFor(options.brand), options);
  const now = found
    ? await applications.update(found.applicationId, settings)
    : await applications.create(settings);
  return [found !== undefined, now ?? notFound('The application')];
}

/** By the configured id, which must exist; otherwise by the name that this command gives. */
async function findApplication(
  applications: InfobipApplicationService,
  { applicationId, brand }: SetupOptions,
): Promise<InfobipApplication | undefined> {
  if (applicationId !== undefined) {
    const named = await applications.read(applicationId);
    return named ?? notFound('INFOBIP_2FA_APP_ID: the application');
  }
  const name = nameFor(brand);
  const matches = (await applications.list()).filter((one) => one.name === name);
  if (matches.length <= 1) return matches[0];
  const ids = matches.map((one) => one.applicationId).join(', ');
  throw new SetupError(
    `Several applications are called "${name}": set INFOBIP_2FA_APP_ID to one of ${ids}`,
  );
}

/** Without an id, the template with our text: templates have no name. */
async function putTemplate(
  applications: InfobipApplicationService,
  applicationId: string,
  options: SetupOptions,
): Promise<[found: boolean, now: InfobipTemplate]> {
  const settings = templateSettings(options);
  const { messageText } = settings;
  const messageId =
    options.messageId ??
    (await applications.listTemplates(applicationId)).find((one) => one.messageText === messageText)
      ?.messageId;
  const now =
    messageId === undefined
      ? await applications.createTemplate(applicationId, settings)
      : await applications.updateTemplate(applicationId, messageId, settings);
  return [messageId !== undefined, now ?? notFound('INFOBIP_2FA_MSG_ID: the template')];
}

function applicationSettings(name: string, options: SetupOptions): ApplicationSettings {
  const { maxAttempts, ttlSeconds, sendPerPhone, sendAllApplications, wrongPerPhone } = options;
  return {
    name,
    enabled: true,
    configuration: {
      pinAttempts: maxAttempts,
      allowMultiplePinVerifications: false,
      pinTimeToLive: ttlSeconds % 60 === 0 ? `${ttlSeconds / 60}m` : `${ttlSeconds}s`,
      // Infobip's default of one check in three seconds would refuse a quick second attempt.
      verifyPinLimit: `${2 * mostIn(60, wrongPerPhone, 500)}/1m`,
      sendPinPerApplicationLimit: `${2 * mostIn(DAY_SECONDS, sendAllApplications, 500_000)}/1d`,
      sendPinPerPhoneNumberLimit: `${2 * mostIn(DAY_SECONDS, sendPerPhone, 5000)}/1d`,
    },
  };
}

/**
 * The most that our own limits allow in `seconds`, or `unlimited` without a limit.
 * Infobip gets twice as much, because its windows may start at another time.
 */
function mostIn(seconds: number, limits: readonly Limit[], unlimited: number): number {
  const each = limits.map(
    ({ count, windowSeconds }) => count * Math.max(1, Math.ceil(seconds / windowSeconds)),
  );
  return each.length === 0 ? unlimited : Math.min(...each);
}

/** One text for SMS and calls. Infobip would read braces in the name as a placeholder. */
function templateSettings({ brand, pinLength }: SetupOptions): TemplateSettings {
  const name = brand.replace(/[{}]/g, '');
  return {
    messageText: `Your ${name} verification code is {{pin}}.`,
    pinType: 'NUMERIC',
    pinLength,
  };
}

function nameFor(brand: string): string {
  return brand === 'Proofline' ? brand : `Proofline for ${brand}`;
}

function requireApplied({ configuration }: InfobipApplication, rules: CodeRules): void {
  const kept = findWeakerSettings(configuration, rules).map(({ setting }) => setting);
  if (kept.length === 0) return;
  throw new SetupError(`Infobip kept weaker settings: ${kept.join(', ')}`);
}

function notFound(what: string): never {
  throw new SetupError(`${what} does not exist in this account (404)`);
}

/** One line for the operator, without text from Infobip. */
function explain({ kind, facts }: ProviderError): string {
  const { httpStatus, providerCode, retryAfterSeconds } = facts;
  const answered = `${httpStatus ?? ''}${providerCode === undefined ? '' : ` ${providerCode}`}`;
  if (httpStatus === 401) return `Infobip does not accept INFOBIP_API_KEY (${answered})`;
  if (httpStatus === 403) {
    return `INFOBIP_API_KEY may not change 2FA applications (${answered}): it needs the scope 2fa:manage`;
  }
  if (kind === 'rate-limited') {
    const wait = retryAfterSeconds === undefined ? 'some minutes' : `${retryAfterSeconds} s`;
    return `Infobip's rate limit is reached (${answered}): try again in ${wait}`;
  }
  if (kind === 'timeout-unknown' && httpStatus === undefined) {
    return 'Infobip did not answer in time: run the command again, it finds what it created';
  }
  if (httpStatus === undefined) {
    return kind === 'unreachable'
      ? 'INFOBIP_BASE_URL cannot be reached'
      : 'INFOBIP_BASE_URL is not the Infobip 2FA API';
  }
  if (httpStatus < 400) {
    return `INFOBIP_BASE_URL is not the Infobip 2FA API (${answered})`;
  }
  return httpStatus >= 500
    ? `Infobip failed (${answered}): try again later`
    : `Infobip refused the settings (${answered})`;
}
