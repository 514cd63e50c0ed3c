import type { RequestOtpResponse } from '../../src/api-types.js';

export type Channel = RequestOtpResponse['channel'];

/** One text per plural category of the language; `{count}` is the number. */
export type PluralTexts = Readonly<
  Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }
>;

export interface StepTexts {
  step: string;
  title: string;
  label: string;
  check: string;
  missing: string;
  how: string;
}

/**
 * Texts of one channel. `told` (with `{number}`) follows a send, `stillGood` a send within the
 * cool-down. `again` labels the button that sends by the same channel, `instead` the one that
 * switches to this channel.
 */
export interface ChannelTexts extends Partial<StepTexts> {
  name: string;
  promise: string;
  send: string;
  sentTo: string;
  again: string;
  instead: string;
  told: string;
  resent: string;
  stillGood: string;
}

export interface ProblemTexts {
  notUnderstood: string;
  invalidNumber: string;
  country: string;
  numberType: string;
  numberBlocked: string;
  wrongCode: string;
  noTries: string;
  expired: string;
  unknown: string;
  cancelled: string;
  failed: string;
  used: string;
  cooldown: string;
  tooMany: string;
  stillSending: string;
  mixedUp: string;
  rejected: string;
  cannotSend: string;
  mayArrive: string;
  shortBreak: string;
  ourFault: string;
  reload: string;
  unreachable: string;
  notOffered: string;
  lastTry: string;
}

/** All texts of the element in one language, with `{name}` placeholders. */
export interface Texts {
  progress: string;
  stepNumber: string;
  stepDone: string;
  numberTitle: string;
  country: string;
  number: string;
  numberHint: string;
  channelsTitle: string;
  sending: string;
  checking: string;
  numberMissing: string;
  numberTooShort: string;
  numberTooLong: string;
  numberNone: string;
  numberLength: string;
  codeMissing: string;
  /** `{length}` */
  codeTooShort: string;
  /** `{length}` */
  codeAtLeast: string;
  callerMissing: string;
  callerIncomplete: string;
  /** `{digits}` */
  callerContains: string;
  change: string;
  changeNumber: string;
  openHere: string;
  openAddress: string;
  triesLeft: PluralTexts;
  /** `{time}` */
  expiresIn: string;
  expired: string;
  /** `{time}`; follows `again` of a channel */
  waitIn: string;
  /** `{time}` */
  askAgainIn: string;
  /** `{time}` */
  tryAgainIn: string;
  tryAgainNow: string;
  otherWays: string;
  doneTitle: string;
  /** `{number}` */
  doneTold: string;
  another: string;
  code: StepTexts;
  channels: Readonly<Record<Channel, ChannelTexts>>;
  problems: ProblemTexts;
  problemsByChannel: Readonly<Partial<Record<Channel, Partial<ProblemTexts>>>>;
}
