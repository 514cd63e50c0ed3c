import { freshNumber } from '../../../support/service.js';

const REQUEST_FIELDS = [
  'phoneNumber',
  'country',
  'channel',
  'purpose',
  'locale',
  'reference',
] as const;
const VERIFY_FIELDS = [
  'verificationId',
  'phoneNumber',
  'country',
  'purpose',
  'code',
  'pin',
] as const;
/** All fields of all bodies, with their paths. */
export const FIELDS = [
  ...REQUEST_FIELDS.map((field) => ['/request-otp', field] as const),
  ...VERIFY_FIELDS.map((field) => ['/verify-otp', field] as const),
];

/** A body that is valid except for one field. */
export function bodyWith(path: string, field: string, value: string): object {
  if (path === '/request-otp') return { phoneNumber: freshNumber(), [field]: value };
  const rest = field === 'pin' ? {} : { code: '1234' };
  const subject =
    field === 'country' || field === 'purpose'
      ? { phoneNumber: freshNumber() }
      : { verificationId: '0'.repeat(37) };
  return field === 'phoneNumber' || field === 'verificationId'
    ? { ...rest, [field]: value }
    : { ...subject, ...rest, [field]: value };
}
