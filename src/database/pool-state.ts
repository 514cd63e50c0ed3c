import type { Sequelize } from 'sequelize';

/** Connections of the pool at one moment, and callers waiting for one. */
export type PoolState = Record<'size' | 'available' | 'using' | 'waiting', number>;

export function poolState(db: Sequelize): PoolState {
  // Sequelize has these numbers but does not declare them.
  const { pool } = db.connectionManager as unknown as { pool: PoolState };
  return { size: pool.size, available: pool.available, using: pool.using, waiting: pool.waiting };
}
