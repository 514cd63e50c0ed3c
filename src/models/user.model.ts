import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';
import type { UserApplication } from './user-application.model.js';

/** A phone number and its proofs. */
export class User extends Model<InferAttributes<User>, InferCreationAttributes<User>> {
  declare id: CreationOptional<string>;
  declare phoneNumber: string;
  declare country: string;
  declare status: CreationOptional<'unverified' | 'verified'>;
  declare verifiedAt: Date | null;
  declare lastVerifiedAt: Date | null;
  declare applications?: NonAttribute<UserApplication[]>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
}

export function defineUser(sequelize: Sequelize): typeof User {
  // A subclass per connection: init() modifies the class, and a process may have several connections.
  return class extends User {}.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      phoneNumber: { type: DataTypes.TEXT, allowNull: false, unique: true },
      country: { type: DataTypes.TEXT, allowNull: false },
      status: { type: DataTypes.TEXT, allowNull: false, defaultValue: 'unverified' },
      verifiedAt: DataTypes.DATE,
      lastVerifiedAt: DataTypes.DATE,
      createdAt: DataTypes.DATE,
      updatedAt: DataTypes.DATE,
    },
    { sequelize, modelName: 'User', tableName: 'users', underscored: true },
  );
}
