'use strict';

const VERIFIED = [
  ['+14155550101', 'US'],
  ['+46701740605', 'SE'],
  ['+447700900456', 'GB'],
];
const UNVERIFIED = [['+33639980001', 'FR']];

/** Users to look at, with numbers that regulators keep for fiction. Running it twice changes nothing. */
module.exports = {
  async up(queryInterface) {
    const rows = [
      ...VERIFIED.map(([phone, country]) => [phone, country, 'verified']),
      ...UNVERIFIED.map(([phone, country]) => [phone, country, 'unverified']),
    ];
    for (const bind of rows) {
      await queryInterface.sequelize.query(
        `INSERT INTO users (phone_number, country, status, verified_at, last_verified_at)
         VALUES ($1, $2, $3::text, CASE WHEN $3::text = 'verified' THEN now() END, CASE WHEN $3::text = 'verified' THEN now() END)
         ON CONFLICT (phone_number) DO NOTHING`,
        { bind },
      );
    }
  },

  async down(queryInterface) {
    const numbers = [...VERIFIED, ...UNVERIFIED].map(([phone]) => phone);
    await queryInterface.sequelize.query('DELETE FROM users WHERE phone_number = ANY($1::text[])', {
      bind: [numbers],
    });
  },
};
