/**
 * What stands for a number in every table but `users` and `verifications`. Identity today; every key is made
 * here, so that it can become a keyed hash.
 */
export function phoneKeyOf(phoneNumber: string): string {
  return phoneNumber;
}
