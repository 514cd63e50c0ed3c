import 'server-only';
import type { Binding } from './proofs';
import type { Payment } from './payment';

export interface Order {
  id: string;
  title: string;
  /** What the message names and the proof has to carry. */
  binding: Binding;
}

/** The order in hand. A product reads it from its database: what the page shows is never asked what it costs. */
export function orderOf({ orderId }: Payment): Order {
  return {
    id: orderId,
    title: 'Berth 14, two nights',
    binding: { amount: '39.99', currency: 'EUR', payee: 'Sandhamn Marina' },
  };
}

export const isSameBinding = (one: Binding | undefined, other: Binding): boolean =>
  one?.amount === other.amount && one.currency === other.currency && one.payee === other.payee;
