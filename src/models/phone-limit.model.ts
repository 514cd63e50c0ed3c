import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/** What a number has used up. Written by the statements of the record service only. */
export class PhoneLimit extends Model<
  InferAttributes<PhoneLimit>,
  InferCreationAttributes<PhoneLimit>
> {
  declare phoneNumber: string;
  declare cooldownStep: CreationOptional<number>;
  declare lastSendAt: Date | null;
  declare nextSendAt: Date | null;
  declare wrongRun: CreationOptional<number>;
  declare sends: CreationOptional<Date[]>;
  declare guesses: CreationOptional<Date[]>;
  declare updatedAt: CreationOptional<Date>;
}

export function definePhoneLimit(sequelize: Sequelize): typeof PhoneLimit {
  // A class for each connection: init() binds the class itself, and a process may have several.
  return class extends PhoneLimit {}.init(
    {
      phoneNumber: { type: DataTypes.TEXT, primaryKey: true },
      cooldownStep: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      lastSendAt: DataTypes.DATE,
      nextSendAt: DataTypes.DATE,
      wrongRun: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      sends: { type: DataTypes.ARRAY(DataTypes.DATE), allowNull: false, defaultValue: [] },
      guesses: { type: DataTypes.ARRAY(DataTypes.DATE), allowNull: false, defaultValue: [] },
      updatedAt: DataTypes.DATE,
    },
    {
      sequelize,
      modelName: 'PhoneLimit',
      tableName: 'phone_limits',
      underscored: true,
      createdAt: false,
    },
  );
}
