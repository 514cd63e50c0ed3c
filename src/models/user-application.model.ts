import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/** The proofs of a phone number through one application. */
export class UserApplication extends Model<
  InferAttributes<UserApplication>,
  InferCreationAttributes<UserApplication>
> {
  declare userId: string;
  declare applicationId: string;
  declare firstVerifiedAt: Date;
  declare lastVerifiedAt: Date;
}

export function defineUserApplication(sequelize: Sequelize): typeof UserApplication {
  // A subclass per connection: init() modifies the class, and a process may have several connections.
  return class extends UserApplication {}.init(
    {
      userId: { type: DataTypes.UUID, primaryKey: true },
      applicationId: { type: DataTypes.TEXT, primaryKey: true },
      firstVerifiedAt: { type: DataTypes.DATE, allowNull: false },
      lastVerifiedAt: { type: DataTypes.DATE, allowNull: false },
    },
    {
      sequelize,
      modelName: 'UserApplication',
      tableName: 'user_applications',
      underscored: true,
      timestamps: false,
    },
  );
}
