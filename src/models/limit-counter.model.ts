import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/** What one limit has counted for one key. Written by the functions of the limits migration only. */
export class LimitCounter extends Model<
  InferAttributes<LimitCounter>,
  InferCreationAttributes<LimitCounter>
> {
  declare limitName: string;
  declare key: string;
  declare windowSeconds: number;
  declare slots: string[];
  declare counts: number[];
  declare updatedAt: CreationOptional<Date>;
}

export function defineLimitCounter(sequelize: Sequelize): typeof LimitCounter {
  // A class for each connection: init() binds the class itself, and a process may have several.
  return class extends LimitCounter {}.init(
    {
      limitName: { type: DataTypes.TEXT, primaryKey: true },
      key: { type: DataTypes.TEXT, primaryKey: true },
      windowSeconds: { type: DataTypes.INTEGER, primaryKey: true },
      slots: { type: DataTypes.ARRAY(DataTypes.BIGINT), allowNull: false },
      counts: { type: DataTypes.ARRAY(DataTypes.INTEGER), allowNull: false },
      updatedAt: DataTypes.DATE,
    },
    {
      sequelize,
      modelName: 'LimitCounter',
      tableName: 'limit_counters',
      underscored: true,
      createdAt: false,
    },
  );
}
