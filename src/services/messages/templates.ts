import type { MessageLocale } from './languages.js';

/**
 * Message texts. Tests enforce: the code comes first, so that phones find it before other digits and Arabic
 * lines start at the right; every text names the brand, says not to share the code and has no link. Without
 * code and brand, Latin scripts fit 64 GSM-7 septets, others 38 UTF-16 units.
 *
 * GSM-7 lacks some letters, so Spanish avoids "código" and "operación", Portuguese "código", "transação" and
 * "não". The Portuguese suits Brazil and Portugal.
 */

export const MESSAGE_PURPOSES = ['verification', 'login', 'password-reset', 'transaction'] as const;
export type MessagePurpose = (typeof MESSAGE_PURPOSES)[number];

export const TEMPLATES: Readonly<Record<MessageLocale, Readonly<Record<MessagePurpose, string>>>> =
  {
    en: {
      verification: '{code} is your {brand} verification code. Never share it with anyone.',
      login: '{code} is your {brand} sign-in code. Never share it with anyone.',
      'password-reset': '{code} is your {brand} password reset code. Never share it.',
      transaction: '{code} is your code for a transaction at {brand}. Never share it.',
    },
    es: {
      verification: '{code} es su clave para verificar su teléfono en {brand}. No la comparta.',
      login: '{code} es su clave para entrar en {brand}. No la comparta con nadie.',
      'password-reset': '{code} es su clave para cambiar la contraseña de {brand}. No la comparta.',
      transaction: '{code} es su clave para autorizar un movimiento en {brand}. No la comparta.',
    },
    fr: {
      verification: '{code} est votre code de vérification {brand}. Ne le partagez pas.',
      login: '{code} est votre code de connexion à {brand}. Ne le partagez pas.',
      'password-reset': '{code} : code {brand} pour changer de mot de passe. Ne le partagez pas.',
      transaction: '{code} est votre code {brand} pour une opération. Ne le partagez pas.',
    },
    de: {
      verification: '{code} ist Ihr Bestätigungscode für {brand}. Geben Sie ihn nicht weiter.',
      login: '{code} ist Ihr Anmeldecode für {brand}. Geben Sie ihn nicht weiter.',
      'password-reset':
        '{code} ist Ihr Code für ein neues Passwort bei {brand}. Nicht weitergeben!',
      transaction: '{code} ist Ihr Code für eine Transaktion bei {brand}. Nicht weitergeben!',
    },
    pt: {
      verification: '{code} é o seu PIN para confirmar o telefone em {brand}. Nunca o revele.',
      login: '{code} é o seu PIN para entrar em {brand}. Nunca o revele a ninguém.',
      'password-reset': '{code} é o seu PIN para mudar a senha de {brand}. Nunca o revele.',
      transaction: '{code} é o seu PIN para autorizar um movimento em {brand}. Nunca o revele.',
    },
    sv: {
      verification: '{code} är din verifieringskod för {brand}. Dela den inte med någon.',
      login: '{code} är din inloggningskod för {brand}. Dela den inte med någon.',
      'password-reset': '{code} är din kod för nytt lösenord hos {brand}. Dela den inte.',
      transaction: '{code} är din kod för en transaktion hos {brand}. Dela den inte.',
    },
    ar: {
      verification: '{code} رمز التحقق لدى {brand}. لا تشاركه مع أحد.',
      login: '{code} رمز الدخول إلى {brand}. لا تشاركه مع أحد.',
      'password-reset': '{code} رمز تغيير كلمة مرور {brand}. لا تشاركه.',
      transaction: '{code} رمز تأكيد عملية لدى {brand}. لا تشاركه.',
    },
    hi: {
      verification: '{code} आपका {brand} सत्यापन कोड है। किसी को न दें।',
      login: '{code} आपका {brand} लॉगिन कोड है। किसी को न बताएं।',
      'password-reset': '{code} से {brand} पासवर्ड बदलेगा। किसी को न दें।',
      transaction: '{code} आपका {brand} लेनदेन कोड है। किसी को न दें।',
    },
    zh: {
      verification: '{code} 是您的{brand}验证码，请勿告诉他人。',
      login: '{code} 是您的{brand}登录验证码，请勿告诉他人。',
      'password-reset': '{code} 是您重置{brand}密码的验证码，请勿告诉他人。',
      transaction: '{code} 是您在{brand}确认交易的验证码，请勿告诉他人。',
    },
    ja: {
      verification: '{code} は{brand}の認証コードです。他人に教えないでください。',
      login: '{code} は{brand}のログイン用コードです。他人に教えないでください。',
      'password-reset':
        '{code} は{brand}のパスワード再設定用コードです。他人に教えないでください。',
      transaction: '{code} は{brand}の取引確認用コードです。他人に教えないでください。',
    },
  };

/**
 * Texts of payments. `{amount}` includes the currency. Amount and payee follow the code, because the payer
 * must compare them before typing it. Every text mentions the payment.
 */
export const PAYMENT_TEMPLATES: Readonly<Record<MessageLocale, string>> = {
  en: '{code} confirms your payment of {amount} to {payee} at {brand}. Never share it.',
  es: '{code} es su clave para pagar {amount} a {payee} en {brand}. No la comparta.',
  fr: '{code} : code pour payer {amount} à {payee} chez {brand}. Ne le partagez pas.',
  de: '{code} bestätigt Ihre Zahlung von {amount} an {payee} bei {brand}. Nicht weitergeben!',
  pt: '{code} é o seu PIN para pagar {amount} a {payee} em {brand}. Nunca o revele.',
  sv: '{code} är din kod för att betala {amount} till {payee} hos {brand}. Dela den inte.',
  ar: '{code} لتأكيد دفع {amount} إلى {payee} لدى {brand}. لا تشاركه.',
  hi: '{code} से {brand} पर {payee} को {amount} का भुगतान होगा। किसी को न दें।',
  zh: '{code} 用于在{brand}确认向 {payee} 支付 {amount}，请勿告诉他人。',
  ja: '{code} は{brand}で {payee} に {amount} を支払うための確認コードです。他人に教えないでください。',
};
