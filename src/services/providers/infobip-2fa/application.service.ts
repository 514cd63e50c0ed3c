import type { z } from 'zod';
import type { HttpCall, HttpClient } from '../../../clients/http-client.js';
import { requestHeaders, parseResponse, toProviderError } from './infobip-2fa.wire.js';
import {
  applicationResponse,
  applicationListResponse,
  templateResponse,
  templateListResponse,
  type InfobipApplication,
  type InfobipTemplate,
} from './application.wire.js';

const APPLICATIONS = '/2fa/2/applications';

/** Always complete: Infobip does not document what a PUT does to members that it omits. */
export interface ApplicationSettings {
  name: string;
  enabled: boolean;
  configuration: {
    pinAttempts: number;
    allowMultiplePinVerifications: boolean;
    pinTimeToLive: string;
    verifyPinLimit: string;
    sendPinPerApplicationLimit: string;
    sendPinPerPhoneNumberLimit: string;
  };
}

export interface TemplateSettings {
  messageText: string;
  pinType: 'NUMERIC';
  pinLength: number;
}

/**
 * 2FA applications of an Infobip account and their message templates (2FA API v2; scope `2fa:manage`).
 * A 404 is undefined; every other failure is a `ProviderError`.
 */
export class InfobipApplicationService {
  constructor(
    private readonly http: HttpClient,
    private readonly account: { apiKey: string },
  ) {}

  async list(): Promise<InfobipApplication[]> {
    return (await this.call('GET', APPLICATIONS, applicationListResponse)) ?? [];
  }

  read(applicationId: string): Promise<InfobipApplication | undefined> {
    return this.call('GET', applicationPath(applicationId), applicationResponse);
  }

  create(settings: ApplicationSettings): Promise<InfobipApplication | undefined> {
    return this.call('POST', APPLICATIONS, applicationResponse, settings);
  }

  update(
    applicationId: string,
    settings: ApplicationSettings,
  ): Promise<InfobipApplication | undefined> {
    return this.call('PUT', applicationPath(applicationId), applicationResponse, settings);
  }

  async listTemplates(applicationId: string): Promise<InfobipTemplate[]> {
    return (await this.call('GET', templatePath(applicationId), templateListResponse)) ?? [];
  }

  createTemplate(
    applicationId: string,
    settings: TemplateSettings,
  ): Promise<InfobipTemplate | undefined> {
    return this.call('POST', templatePath(applicationId), templateResponse, settings);
  }

  updateTemplate(
    applicationId: string,
    messageId: string,
    settings: TemplateSettings,
  ): Promise<InfobipTemplate | undefined> {
    const path = `${templatePath(applicationId)}/${encodeURIComponent(messageId)}`;
    return this.call('PUT', path, templateResponse, settings);
  }

  private async call<T>(
    method: HttpCall['method'],
    path: string,
    schema: z.ZodType<T>,
    body?: object,
  ): Promise<T | undefined> {
    const answer = await this.http.send({
      method,
      path,
      headers: requestHeaders(this.account.apiKey),
      ...(body && { body: JSON.stringify(body) }),
    });
    // Infobip answers 201 for a created application, 200 for a created template.
    if (answer.status === 200 || answer.status === 201) return parseResponse(schema, answer);
    if (answer.status === 404) return undefined;
    throw toProviderError(answer);
  }
}

function applicationPath(applicationId: string): string {
  return `${APPLICATIONS}/${encodeURIComponent(applicationId)}`;
}

function templatePath(applicationId: string): string {
  return `${applicationPath(applicationId)}/messages`;
}
