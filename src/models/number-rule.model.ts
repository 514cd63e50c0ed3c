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
  // A class for each connection: init() binds the class itself, and a process may have several.
  return class extends NumberRule {}.init(
    {
      pattern: { type: DataTypes.TEXT, primaryKey: true },
      kind: { type: DataTypes.TEXT, allowNull: false },
      note: DataTypes.TEXT,
      createdAt: DataTypes.DATE,
    },
    {
      sequelize,
      modelName: 'NumberRule',
      tableName: 'number_rules',
      underscored: true,
      updatedAt: false,
    },
  );
}
