import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Sequelize,
} from 'sequelize';

/** A number, or a prefix with a star, that an operator has blocked or marked safe. */
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
  // A subclass per connection: init() modifies the class, and a process may have several connections.
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
