const PHONE_NUMBER = '+14155552671';
const VERIFICATION_ID = '06fjqk5m8bq3w2v1zt9h4n7x6cprd0ysa8k2e';
const PASSWORD = 'correct horse battery staple';

/** Has the shape of a JWT, but no valid signature. */
export const JWT_EXAMPLE =
  'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIrMTQxNTU1NTI2NzEifQ.bm90LWEtc2lnbmF0dXJl';

/** Has the shape of a login or refresh token, but was never issued. */
export const TOKEN_EXAMPLE = 'Zm9yLXRoZS1kb2N1bWVudGF0aW9uLW9ubHktbm90LWE';

type Examples = Readonly<Record<string, Readonly<Record<string, object>>>>;

/**
 * Bodies to try, by operation and by what they do; the first is the usual one. The service accepts each of
 * them as valid, but knows none of the ids, proofs and tokens.
 */
export const BODY_EXAMPLES: Examples = {
  requestOtp: {
    'A number': { phoneNumber: PHONE_NUMBER },
    'A national number, with options': {
      phoneNumber: '(415) 555-2671',
      country: 'US',
      channel: 'sms',
      locale: 'en-US',
      reference: 'order-1042',
    },
  },
  verifyOtp: {
    'By verification': { verificationId: VERIFICATION_ID, code: '1234' },
    'By number': { phoneNumber: PHONE_NUMBER, code: '1234' },
  },
  createWebhook: {
    'Some events': {
      url: 'https://shop.example/webhooks/proofline',
      events: ['verification.verified', 'verification.failed'],
    },
    'All events, with masked numbers': {
      url: 'https://shop.example/webhooks/proofline',
      numberFormat: 'masked',
    },
  },
  rotateWebhookSecret: { 'After a leak': { keepOld: false } },
  replayWebhookDeliveries: { 'One delivery': { deliveryId: '1042' } },
  createApplication: {
    'A shop': { name: 'shop', settings: { origins: ['https://shop.example'] } },
  },
  changeApplication: {
    'Some settings': { countries: ['SE', 'NO'], codeLength: 8, brand: null },
  },
  createKey: {
    'A key of a backend': { kind: 'secret', application: 'shop' },
    'A key of an operator': { kind: 'operator' },
  },
  resendOtp: { 'The same channel': {}, 'A call': { channel: 'voice' } },
  unblockNumber: { 'Wrong codes and cool-down': {}, 'Messages too': { sends: true } },
  putRule: {
    'Block a range': { pattern: '+1473*', kind: 'block', note: 'ticket 12' },
    'A number of ours': { pattern: PHONE_NUMBER, kind: 'safe' },
  },
  introspectProof: { 'A proof': { proof: JWT_EXAMPLE } },
  spendProof: { 'A proof': { proof: JWT_EXAMPLE } },
  registerAccount: {
    'A new account': { proof: JWT_EXAMPLE, password: PASSWORD, name: 'Ada Lovelace' },
  },
  resetPassword: { 'A new password': { proof: JWT_EXAMPLE, newPassword: PASSWORD } },
  changePassword: {
    'A new password': { currentPassword: PASSWORD, newPassword: 'purple monkey dishwasher' },
  },
  changePhoneNumber: { 'A new number': { proof: JWT_EXAMPLE } },
  startLogin: { 'A login': { phoneNumber: PHONE_NUMBER, password: PASSWORD } },
  completeLogin: {
    'A code by message': { loginToken: TOKEN_EXAMPLE, factor: 'sms', code: '1234' },
    'An authenticator app': { loginToken: TOKEN_EXAMPLE, factor: 'totp', code: '123456' },
    'A backup code': {
      loginToken: TOKEN_EXAMPLE,
      factor: 'backup_code',
      code: '0abc1-2def3-4ghj5',
    },
  },
  resendLoginCode: { 'The same channel': { loginToken: TOKEN_EXAMPLE } },
  refreshSession: { 'A refresh token': { refreshToken: TOKEN_EXAMPLE } },
  confirmTotp: { 'The code of the app': { code: '123456' } },
  receiveSinchVerificationEvent: {
    'A delivered message': {
      event: 'VerificationSmsDeliveredEvent',
      method: 'sms',
      reference: VERIFICATION_ID,
      smsResult: 'Successful',
    },
  },
  receiveSinchSmsReport: {
    'A delivered message': {
      type: 'recipient_delivery_report_sms',
      client_reference: VERIFICATION_ID,
      status: 'Delivered',
    },
  },
  receiveInfobipReports: {
    'A delivered message': {
      results: [{ messageId: '2250be2d4219-3af1-78856', status: { groupName: 'DELIVERED' } }],
    },
  },
};
