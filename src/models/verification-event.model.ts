import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';
import type { VerificationEventType } from '../domain/verification.js';

/** One step in the timeline of a verification. Rows are only ever added. */
export class VerificationEvent extends Model<
  InferAttributes<VerificationEvent>,
  InferCreationAttributes<VerificationEvent>
> {
  declare id: CreationOptional<string>;
  declare verificationId: string;
  declare type: VerificationEventType;
  declare detail: CreationOptional<{ reason?: string; channel?: string; provider?: string }>;
  /** What makes a delivery report count once; null for everything else. */
  declare reportKey: CreationOptional<string | null>;
  declare occurredAt: CreationOptional<Date>;
}

export function defineVerificationEvent(sequelize: Sequelize): typeof VerificationEvent {
  // A class for each connection: init() binds the class itself, and a process may have several.
  return class extends VerificationEvent {}.init(
    {
      id: { type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true },
      verificationId: { type: DataTypes.TEXT, allowNull: false },
      type: { type: DataTypes.TEXT, allowNull: false },
      detail: { type: DataTypes.JSONB, allowNull: false, defaultValue: {} },
      reportKey: DataTypes.TEXT,
      occurredAt: DataTypes.DATE,
    },
    {
      sequelize,
      modelName: 'VerificationEvent',
      tableName: 'verification_events',
      underscored: true,
      timestamps: false,
    },
  );
}
