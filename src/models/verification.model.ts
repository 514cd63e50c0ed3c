import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';
import type { Binding, Channel, VerificationStatus } from '../domain/verification.js';
import type { VerificationEvent } from './verification-event.model.js';

/** One attempt to prove control of a number. Written by the statements of the record service only. */
export class VerificationModel extends Model<
  InferAttributes<VerificationModel>,
  InferCreationAttributes<VerificationModel>
> {
  declare id: string;
  declare phoneNumber: string;
  declare country: string;
  declare purpose: string;
  declare channel: Channel;
  declare locale: string | null;
  declare reference: string | null;
  declare loginId: string | null;
  declare binding: Binding | null;
  declare provider: string;
  declare sendReference: string;
  declare providerReference: string | null;
  declare resendReference: string | null;
  declare resendProvider: string | null;
  declare resendChannel: Channel | null;
  declare providerMessageId: string | null;
  declare ownCodeReference: string | null;
  declare ownCodeLength: number | null;
  declare status: CreationOptional<VerificationStatus>;
  declare attempts: CreationOptional<number>;
  declare phoneAttempts: CreationOptional<number>;
  declare maxAttempts: number;
  declare codeLength: number | null;
  declare failure: string | null;
  declare proofId: string | null;
  declare expiresAt: Date;
  declare resendAt: Date;
  declare sendStartedAt: CreationOptional<Date>;
  declare sentAt: Date | null;
  declare lastAttemptAt: Date | null;
  declare verifiedAt: Date | null;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: CreationOptional<Date>;
  declare events?: NonAttribute<VerificationEvent[]>;
}

export function defineVerification(sequelize: Sequelize): typeof VerificationModel {
  // A class for each connection: init() binds the class itself, and a process may have several.
  return class extends VerificationModel {}.init(
    {
      id: { type: DataTypes.TEXT, primaryKey: true },
      phoneNumber: { type: DataTypes.TEXT, allowNull: false },
      country: { type: DataTypes.TEXT, allowNull: false },
      purpose: { type: DataTypes.TEXT, allowNull: false },
      channel: { type: DataTypes.TEXT, allowNull: false },
      locale: DataTypes.TEXT,
      reference: DataTypes.TEXT,
      loginId: DataTypes.UUID,
      binding: DataTypes.JSONB,
      provider: { type: DataTypes.TEXT, allowNull: false },
      sendReference: { type: DataTypes.TEXT, allowNull: false, unique: true },
      providerReference: DataTypes.TEXT,
      resendReference: { type: DataTypes.TEXT, unique: true },
      resendProvider: DataTypes.TEXT,
      resendChannel: DataTypes.TEXT,
      providerMessageId: DataTypes.TEXT,
      ownCodeReference: DataTypes.TEXT,
      ownCodeLength: DataTypes.INTEGER,
      status: { type: DataTypes.TEXT, allowNull: false, defaultValue: 'sending' },
      attempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      phoneAttempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      maxAttempts: { type: DataTypes.INTEGER, allowNull: false },
      codeLength: DataTypes.INTEGER,
      failure: DataTypes.TEXT,
      proofId: DataTypes.TEXT,
      expiresAt: { type: DataTypes.DATE, allowNull: false },
      resendAt: { type: DataTypes.DATE, allowNull: false },
      sendStartedAt: DataTypes.DATE,
      sentAt: DataTypes.DATE,
      lastAttemptAt: DataTypes.DATE,
      verifiedAt: DataTypes.DATE,
      createdAt: DataTypes.DATE,
      updatedAt: DataTypes.DATE,
    },
    { sequelize, modelName: 'Verification', tableName: 'verifications', underscored: true },
  );
}
