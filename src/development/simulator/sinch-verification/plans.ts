import type { InboxChannel } from '../inbox.js';
import type { CallbackOverrides } from './callbacks.js';
import { callerFilter, randomCaller, randomCode } from './codes.js';
import { chooseLanguage, type Language } from './languages.js';
import { secondsOf, type StartRequest } from './requests.js';
import type { SinchSimulatorSettings } from './settings.js';
import type { Method } from './constants.js';

export interface Plan {
  channel: InboxChannel;
  /** The code or caller's number to report; null for `seamless`. */
  code: string | null;
  text: string;
  lifetimeSeconds: number;
  /** The method's own object in the start response. */
  details: Record<string, unknown>;
  language?: string;
}

export interface PlanInput {
  request: StartRequest;
  /** Overrides of the callback; they win over the request. */
  overrides: CallbackOverrides;
  settings: Readonly<SinchSimulatorSettings>;
  /** Language ranges of the request, best first. */
  languages: readonly string[];
  id: string;
  /** The address that a `seamless` device opens. */
  targetUri: string;
}

const PLANNERS: Record<Method, (input: PlanInput) => Plan> = {
  sms: planSms,
  flashcall: planFlashCall,
  callout: planCallout,
  seamless: planSeamless,
  whatsapp: planWhatsapp,
};

export function createPlan(input: PlanInput): Plan {
  return PLANNERS[input.request.method](input);
}

function planSms({ request, overrides, settings, languages }: PlanInput): Plan {
  const options = { ...request.smsOptions, ...overrides.sms };
  const codeType = options.codeType ?? settings.codeType;
  const code = options.code ?? randomCode(settings.codeLength, codeType);
  const lifetimeSeconds = options.expiry ? secondsOf(options.expiry) : settings.lifetimeSeconds;
  const language = chooseLanguage(options.acceptLanguage ?? languages);
  const interceptionTimeout = Math.max(0, Math.floor(lifetimeSeconds) - 2);
  return {
    channel: 'sms',
    code,
    text: written(language, code),
    lifetimeSeconds,
    details: { sms: { template: language.template, interceptionTimeout, codeType } },
    language: language.tag,
  };
}

function planFlashCall({ request, overrides, settings, id }: PlanInput): Plan {
  const options = { ...request.flashCallOptions, ...overrides.flashCall };
  const caller = options.cli ?? randomCaller();
  const { interceptionTimeout: wanted } = options;
  const lifetimeSeconds = wanted === undefined ? settings.lifetimeSeconds : wanted + 30;
  const reportTimeout = Math.floor(lifetimeSeconds);
  const flashCall = {
    cliFilter: callerFilter(caller),
    interceptionTimeout: wanted ?? Math.min(120, Math.max(0, reportTimeout - 30)),
    reportTimeout,
    denyCallAfter: 0,
    callId: id,
  };
  const text = `Missed call from ${caller}`;
  return { channel: 'flashcall', code: caller, text, lifetimeSeconds, details: { flashCall } };
}

function planCallout({ request, overrides, settings }: PlanInput): Plan {
  const options = { ...request.calloutOptions, ...overrides.callout };
  const code = options.code ?? randomCode(settings.codeLength, 'Numeric');
  const { spoken } = chooseLanguage([options.speech?.locale ?? 'en-US']);
  const { lifetimeSeconds } = settings;
  const text = `${spoken} ${Array.from(code).join(' ')}.`;
  return { channel: 'voice', code, text, lifetimeSeconds, details: {} };
}

function planSeamless({ settings, targetUri }: PlanInput): Plan {
  const { lifetimeSeconds } = settings;
  const details = { seamless: { targetUri } };
  return { channel: 'seamless', code: null, text: targetUri, lifetimeSeconds, details };
}

function planWhatsapp({ request, overrides, settings, languages }: PlanInput): Plan {
  const options = { ...request.whatsappOptions, ...overrides.whatsapp };
  const codeType = options.codeType ?? settings.codeType;
  const code = randomCode(settings.codeLength, codeType);
  const language = chooseLanguage(options.acceptLanguage ?? languages);
  return {
    channel: 'whatsapp',
    code,
    text: written(language, code),
    lifetimeSeconds: settings.lifetimeSeconds,
    details: { whatsapp: { codeType } },
    language: language.tag,
  };
}

function written(language: Language, code: string): string {
  return language.template.replace('{{CODE}}', () => code);
}
