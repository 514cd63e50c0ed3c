import type { SettingsStore } from '../settings-store.js';
import type { AccessTokens } from './access-tokens.js';
import type { SinchSmsAccounts } from './authentication.js';
import type { Batches } from './batches.js';
import type { Delivery } from './delivery.js';
import type { SinchSmsSimulatorSettings } from './settings.js';

export interface SinchSmsContext {
  accounts: SinchSmsAccounts;
  settings: SettingsStore<SinchSmsSimulatorSettings>;
  tokens: AccessTokens;
  batches: Batches;
  delivery: Delivery;
}
