import type { SinchApplication } from '../../../clients/sinch-signing.js';
import type { Inbox } from '../inbox.js';
import type { SettingsStore } from '../settings-store.js';
import type { Callbacks } from './callbacks.js';
import type { SinchSimulatorSettings } from './settings.js';
import type { Verifications } from './verifications.js';

export interface SinchContext {
  application: SinchApplication;
  settings: SettingsStore<SinchSimulatorSettings>;
  verifications: Verifications;
  callbacks: Callbacks;
  inbox: Inbox;
  baseUrl: () => string;
}
