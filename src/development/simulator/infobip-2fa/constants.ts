export const PIN_TYPES = ['NUMERIC', 'ALPHA', 'HEX', 'ALPHANUMERIC'] as const;
export type PinType = (typeof PIN_TYPES)[number];

export const LANGUAGES = [
  'en',
  'es',
  'ca',
  'da',
  'nl',
  'fr',
  'de',
  'it',
  'ja',
  'ko',
  'no',
  'pl',
  'ru',
  'sv',
  'fi',
  'hr',
  'sl',
  'ro',
  'pt_pt',
  'pt_br',
  'zh_cn',
  'zh_tw',
];

export const NC_STATUSES = [
  'NC_DESTINATION_UNKNOWN',
  'NC_DESTINATION_REACHABLE',
  'NC_DESTINATION_NOT_REACHABLE',
  'NC_NOT_CONFIGURED',
] as const;

export const SMS_STATUSES = ['MESSAGE_SENT', 'MESSAGE_NOT_SENT'] as const;

export type PinChannel = 'sms' | 'voice';
