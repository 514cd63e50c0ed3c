import { InfobipApiError } from './errors.js';
import { randomId } from './ids.js';
import type { ApplicationRequest, ConfigurationChange } from './requests.js';

export type Configuration = {
  [Key in keyof ConfigurationChange]-?: NonNullable<ConfigurationChange[Key]>;
};

export interface Application {
  readonly applicationId: string;
  name: string;
  configuration: Configuration;
  enabled: boolean;
}

/** Infobip's documented defaults. */
export const DEFAULT_CONFIGURATION: Configuration = {
  pinAttempts: 10,
  allowMultiplePinVerifications: true,
  pinTimeToLive: '15m',
  verifyPinLimit: '1/3s',
  sendPinPerApplicationLimit: '10000/1d',
  sendPinPerPhoneNumberLimit: '3/1d',
};

export class Applications {
  private readonly byId = new Map<string, Application>();

  list(): Application[] {
    return [...this.byId.values()];
  }

  find(applicationId: string): Application | undefined {
    return this.byId.get(applicationId);
  }

  /** @throws InfobipApiError 40400 */
  get(applicationId: string): Application {
    const application = this.find(applicationId);
    if (!application) throw new InfobipApiError(40400);
    return application;
  }

  create(request: ApplicationRequest, applicationId = randomId()): Application {
    const { name, enabled = true, configuration } = request;
    const application = {
      applicationId,
      name,
      configuration: changed(DEFAULT_CONFIGURATION, configuration),
      enabled,
    };
    this.byId.set(applicationId, application);
    return application;
  }

  /** @throws InfobipApiError 40400 */
  update(
    applicationId: string,
    { name, enabled, configuration }: ApplicationRequest,
    omitted: 'kept' | 'reset',
  ): Application {
    const application = this.get(applicationId);
    const base = omitted === 'kept' ? application.configuration : DEFAULT_CONFIGURATION;
    application.name = name;
    application.enabled = enabled ?? (omitted === 'kept' ? application.enabled : true);
    application.configuration = changed(base, configuration);
    return application;
  }
}

function changed(base: Configuration, change: ConfigurationChange = {}): Configuration {
  const named = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...base, ...(Object.fromEntries(named) as Partial<Configuration>) };
}
