'use strict';

/** The first migration of the builds before the first release. */
const FIRST = '20261121000100-create-users.cjs';

exports.OLD_CHAIN_MESSAGE =
  'This database was made by a build before the first release, which has no upgrade: use an empty database, ' +
  'or delete .data/ if it is the embedded one.';

/** Whether a database has the tables of those builds. Takes a function that returns the rows of a query. */
exports.hasOldChain = async (rowsOf) => {
  const [table] = await rowsOf(
    `SELECT has_table_privilege(to_regclass('"SequelizeMeta"'), 'SELECT') AS "isReadable"`,
  );
  if (!table.isReadable) return false;
  return (await rowsOf(`SELECT FROM "SequelizeMeta" WHERE name = '${FIRST}'`)).length > 0;
};
