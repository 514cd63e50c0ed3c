import type { Method } from './constants.js';

/** `currencyId` is an ISO 4217 code. */
export interface Price {
  currencyId: string;
  amount: number;
}

const AMOUNTS: Record<Method, number> = {
  sms: 0.0453,
  flashcall: 0.0205,
  callout: 0.1852,
  seamless: 0.02,
  whatsapp: 0.0453,
};

export function verificationPrice(method: Method): Price {
  return { currencyId: 'EUR', amount: AMOUNTS[method] };
}

export function zeroPrice(): Price {
  return { currencyId: 'EUR', amount: 0 };
}
