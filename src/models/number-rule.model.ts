import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/** A number, or the beginning of one with a star, that an operator blocks or vouches for. */
export class NumberRule extends Model<
  InferAttributes<NumberRule>,
  InferCreationAttributes<NumberRule>
> {
  declare pattern: string;
  declare kind: 'block' | 'safe';
  declare note: string | null;
  declare createdAt: CreationOptional<Date>;
}

export function defineNumberRule(sequelize: Sequelize): typeof NumberRule {
  return NumberRule.init(
    {
      pattern: { type: DataTypes.TEXT, primaryKey: true },
      kind: { type: DataTypes.TEXT, allowNull: false },
      note: DataTypes.TEXT,
      createdAt: DataTypes.DATE,
    },
    { sequelize, tableName: 'number_rules', underscored: true, updatedAt: false },
  );
}
