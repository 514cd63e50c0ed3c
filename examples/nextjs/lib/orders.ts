import 'server-only';
import type { Binding } from './proofs';
import type { Payment } from './payment';

export interface Order {
  id: string;
  title: string;
  binding: Binding;
}

/** A fixed order. A real app reads it from its database and never takes the price from the page. */
export function orderOf({ orderId }: Payment): Order {
  return {
    id: orderId,
    title: 'Berth 14, two nights',
    binding: { amount: '39.99', currency: 'EUR', payee: 'Sandhamn Marina' },
  };
}

export const isSameBinding = (one: Binding | undefined, other: Binding): boolean =>
  one?.amount === other.amount && one.currency === other.currency && one.payee === other.payee;
