/**
 * The key of a number in all tables but `users` and `verifications`. The identity today; a single function
 * allows a keyed hash later.
 */
export function phoneKeyOf(phoneNumber: string): string {
  return phoneNumber;
}
