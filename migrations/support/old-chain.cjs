'use strict';

/** The first migration of pre-release builds. */
const FIRST = '20261121000100-create-users.cjs';

exports.OLD_CHAIN_MESSAGE =
  'A pre-release build created this database, and it cannot be upgraded: use an empty database, ' +
  'or delete .data/ if it is the embedded one.';

/**
 * Whether a pre-release build created the database.
 * @param rowsOf returns the rows of a query
 */
exports.hasOldChain = async (rowsOf) => {
  const [table] = await rowsOf(
    `SELECT has_table_privilege(to_regclass('"SequelizeMeta"'), 'SELECT') AS "isReadable"`,
  );
  if (!table.isReadable) return false;
  return (await rowsOf(`SELECT FROM "SequelizeMeta" WHERE name = '${FIRST}'`)).length > 0;
};
