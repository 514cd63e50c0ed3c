import type { SinchApplication } from '../../../clients/sinch-signing.js';
import type { Inbox } from '../inbox.js';
import type { SettingsStore } from '../settings-store.js';
import type { Callbacks } from './callbacks.js';
import type { SinchSimulatorSettings } from './settings.js';
import type { Verifications } from './verifications.js';

/** What the operations of the simulated API work with. */
export interface SinchContext {
  application: SinchApplication;
  settings: SettingsStore<SinchSimulatorSettings>;
  verifications: Verifications;
  callbacks: Callbacks;
  inbox: Inbox;
  /** Where the simulator listens, without a final slash. */
  baseUrl: () => string;
}
