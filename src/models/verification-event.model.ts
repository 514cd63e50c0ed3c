import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';
import type { VerificationEventType } from '../domain/verification.js';

/** One event in the timeline of a verification. Append-only. */
export class VerificationEvent extends Model<
  InferAttributes<VerificationEvent>,
  InferCreationAttributes<VerificationEvent>
> {
  declare id: CreationOptional<string>;
  declare verificationId: string;
  declare type: VerificationEventType;
  declare detail: CreationOptional<{ reason?: string; channel?: string; provider?: string }>;
  /** Unique key of a delivery report, which deduplicates reports; null for other events. */
  declare reportKey: CreationOptional<string | null>;
  declare occurredAt: CreationOptional<Date>;
}

export function defineVerificationEvent(sequelize: Sequelize): typeof VerificationEvent {
  // A subclass per connection: init() modifies the class, and a process may have several connections.
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
