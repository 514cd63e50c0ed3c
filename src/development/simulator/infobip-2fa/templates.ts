import { InfobipApiError } from './errors.js';
import { randomId } from './ids.js';
import type { TemplateChange, TemplateRequest } from './requests.js';

export type Template = TemplateRequest & {
  readonly messageId: string;
  readonly applicationId: string;
  readonly pinPlaceholder: string;
  pinLength: number;
};

// Infobip documents no default for SMS and voice; its samples use 4, like its email default.
const DEFAULT_LENGTH = 4;
const PLACEHOLDER = /\{\{([^{}]+)\}\}/g;

export class Templates {
  private readonly byId = new Map<string, Template>();

  of(applicationId: string): Template[] {
    return [...this.byId.values()].filter((one) => one.applicationId === applicationId);
  }

  find(applicationId: string, messageId: string): Template | undefined {
    const template = this.byId.get(messageId);
    return template?.applicationId === applicationId ? template : undefined;
  }

  /** @throws InfobipApiError 40400 */
  get(applicationId: string, messageId: string): Template {
    const template = this.find(applicationId, messageId);
    if (!template) throw new InfobipApiError(40400);
    return template;
  }

  create(applicationId: string, request: TemplateRequest, messageId = randomId()): Template {
    const { pinLength = DEFAULT_LENGTH, ...rest } = request;
    const pinPlaceholder = '{{pin}}';
    const template = { messageId, applicationId, pinPlaceholder, ...rest, pinLength };
    this.byId.set(messageId, template);
    return template;
  }

  /** @throws InfobipApiError 40400 */
  update(applicationId: string, messageId: string, change: TemplateChange): Template {
    return Object.assign(this.get(applicationId, messageId), change);
  }
}

/** Fills the placeholders in; one without a value stays as it is. */
export function render(
  text: string,
  pin: string,
  placeholders: Readonly<Record<string, string>>,
): string {
  return text.replace(PLACEHOLDER, (written, name: string) =>
    name === 'pin' ? pin : (placeholders[name] ?? written),
  );
}
