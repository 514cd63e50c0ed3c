import type { Sequelize } from 'sequelize';
import { defineNumberRule, type NumberRule } from './number-rule.model.js';
import { defineUserApplication, type UserApplication } from './user-application.model.js';
import { defineUser, type User } from './user.model.js';
import { defineVerificationEvent, type VerificationEvent } from './verification-event.model.js';

export interface Models {
  User: typeof User;
  UserApplication: typeof UserApplication;
  VerificationEvent: typeof VerificationEvent;
  NumberRule: typeof NumberRule;
}

/** Defines the models on a connection. Migrations create the tables. */
export function defineModels(sequelize: Sequelize): Models {
  const User = defineUser(sequelize);
  const UserApplication = defineUserApplication(sequelize);
  User.hasMany(UserApplication, { as: 'applications', foreignKey: 'userId' });
  return {
    User,
    UserApplication,
    VerificationEvent: defineVerificationEvent(sequelize),
    NumberRule: defineNumberRule(sequelize),
  };
}
