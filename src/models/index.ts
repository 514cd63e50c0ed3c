import type { Sequelize } from 'sequelize';
import { defineLimitCounter, type LimitCounter } from './limit-counter.model.js';
import { defineNumberRule, type NumberRule } from './number-rule.model.js';
import { definePhoneLimit, type PhoneLimit } from './phone-limit.model.js';
import { defineUser, type User } from './user.model.js';
import { defineVerificationEvent, type VerificationEvent } from './verification-event.model.js';
import { defineVerification, type VerificationModel } from './verification.model.js';

export interface Models {
  User: typeof User;
  Verification: typeof VerificationModel;
  VerificationEvent: typeof VerificationEvent;
  PhoneLimit: typeof PhoneLimit;
  LimitCounter: typeof LimitCounter;
  NumberRule: typeof NumberRule;
}

/** Makes the models and their associations on a connection. They never create tables: migrations do. */
export function defineModels(sequelize: Sequelize): Models {
  const Verification = defineVerification(sequelize);
  const Event = defineVerificationEvent(sequelize);
  Verification.hasMany(Event, { foreignKey: 'verificationId', as: 'events' });
  Event.belongsTo(Verification, { foreignKey: 'verificationId' });
  return {
    User: defineUser(sequelize),
    Verification,
    VerificationEvent: Event,
    PhoneLimit: definePhoneLimit(sequelize),
    LimitCounter: defineLimitCounter(sequelize),
    NumberRule: defineNumberRule(sequelize),
  };
}
