import type { Sequelize } from 'sequelize';
import { defineNumberRule, type NumberRule } from './number-rule.model.js';
import { defineUser, type User } from './user.model.js';
import { defineVerificationEvent, type VerificationEvent } from './verification-event.model.js';

export interface Models {
  User: typeof User;
  VerificationEvent: typeof VerificationEvent;
  NumberRule: typeof NumberRule;
}

/** Defines the models on a connection. Migrations create the tables. */
export function defineModels(sequelize: Sequelize): Models {
  return {
    User: defineUser(sequelize),
    VerificationEvent: defineVerificationEvent(sequelize),
    NumberRule: defineNumberRule(sequelize),
  };
}
