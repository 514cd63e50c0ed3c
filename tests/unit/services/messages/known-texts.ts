import { MESSAGE_LOCALES } from '../../../../src/services/messages/languages.js';
import { MESSAGE_PURPOSES } from '../../../../src/services/messages/templates.js';

export const ACME = { brand: 'Acme', code: '123456' };

/** Every text, reviewed by hand. */
const TEXTS: Record<string, [string, string, string, string]> = {
  en: [
    '123456 is your Acme verification code. Never share it with anyone.',
    '123456 is your Acme sign-in code. Never share it with anyone.',
    '123456 is your Acme password reset code. Never share it.',
    '123456 is your code for a transaction at Acme. Never share it.',
  ],
  es: [
    '123456 es su clave para verificar su teléfono en Acme. No la comparta.',
    '123456 es su clave para entrar en Acme. No la comparta con nadie.',
    '123456 es su clave para cambiar la contraseña de Acme. No la comparta.',
    '123456 es su clave para autorizar un movimiento en Acme. No la comparta.',
  ],
  fr: [
    '123456 est votre code de vérification Acme. Ne le partagez pas.',
    '123456 est votre code de connexion à Acme. Ne le partagez pas.',
    '123456 : code Acme pour changer de mot de passe. Ne le partagez pas.',
    '123456 est votre code Acme pour une opération. Ne le partagez pas.',
  ],
  de: [
    '123456 ist Ihr Bestätigungscode für Acme. Geben Sie ihn nicht weiter.',
    '123456 ist Ihr Anmeldecode für Acme. Geben Sie ihn nicht weiter.',
    '123456 ist Ihr Code für ein neues Passwort bei Acme. Nicht weitergeben!',
    '123456 ist Ihr Code für eine Transaktion bei Acme. Nicht weitergeben!',
  ],
  pt: [
    '123456 é o seu PIN para confirmar o telefone em Acme. Nunca o revele.',
    '123456 é o seu PIN para entrar em Acme. Nunca o revele a ninguém.',
    '123456 é o seu PIN para mudar a senha de Acme. Nunca o revele.',
    '123456 é o seu PIN para autorizar um movimento em Acme. Nunca o revele.',
  ],
  sv: [
    '123456 är din verifieringskod för Acme. Dela den inte med någon.',
    '123456 är din inloggningskod för Acme. Dela den inte med någon.',
    '123456 är din kod för nytt lösenord hos Acme. Dela den inte.',
    '123456 är din kod för en transaktion hos Acme. Dela den inte.',
  ],
  ar: [
    '123456 رمز التحقق لدى Acme. لا تشاركه مع أحد.',
    '123456 رمز الدخول إلى Acme. لا تشاركه مع أحد.',
    '123456 رمز تغيير كلمة مرور Acme. لا تشاركه.',
    '123456 رمز تأكيد عملية لدى Acme. لا تشاركه.',
  ],
  hi: [
    '123456 आपका Acme सत्यापन कोड है। किसी को न दें।',
    '123456 आपका Acme लॉगिन कोड है। किसी को न बताएं।',
    '123456 से Acme पासवर्ड बदलेगा। किसी को न दें।',
    '123456 आपका Acme लेनदेन कोड है। किसी को न दें।',
  ],
  zh: [
    '123456 是您的Acme验证码，请勿告诉他人。',
    '123456 是您的Acme登录验证码，请勿告诉他人。',
    '123456 是您重置Acme密码的验证码，请勿告诉他人。',
    '123456 是您在Acme确认交易的验证码，请勿告诉他人。',
  ],
  ja: [
    '123456 はAcmeの認証コードです。他人に教えないでください。',
    '123456 はAcmeのログイン用コードです。他人に教えないでください。',
    '123456 はAcmeのパスワード再設定用コードです。他人に教えないでください。',
    '123456 はAcmeの取引確認用コードです。他人に教えないでください。',
  ],
};

/** Language, purpose, text. */
export const KNOWN_TEXTS = MESSAGE_LOCALES.flatMap((locale) =>
  MESSAGE_PURPOSES.map((purpose, index) => [locale, purpose, TEXTS[locale]?.[index]] as const),
);
