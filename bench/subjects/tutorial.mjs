/**
 * The usual tutorial: Express, Sequelize models, a transaction around the two updates of a success, and axios
 * with Basic authentication as in Sinch's examples. It has no limits, and it reads attempts before it writes
 * them.
 */
import axios from 'axios';
import express from 'express';
import { DataTypes, Sequelize } from 'sequelize';

const { DATABASE_URL, PROVIDER_URL, POOL_MAX } = process.env;
const VERIFICATIONS = `${PROVIDER_URL}/verification/v1/verifications`;
const TTL_MS = 300_000;
const MAX_ATTEMPTS = 5;
const auth = { username: 'key', password: 'secret' };

const sequelize = new Sequelize(DATABASE_URL, { logging: false, pool: { max: Number(POOL_MAX) } });

const User = sequelize.define('user', {
  id: { type: DataTypes.UUID, defaultValue: DataTypes.UUIDV4, primaryKey: true },
  phoneNumber: { type: DataTypes.STRING, allowNull: false, unique: true },
  isVerified: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
  verifiedAt: DataTypes.DATE,
});

const Verification = sequelize.define('verification', {
  id: { type: DataTypes.UUID, defaultValue: DataTypes.UUIDV4, primaryKey: true },
  phoneNumber: { type: DataTypes.STRING, allowNull: false },
  providerId: DataTypes.STRING,
  status: { type: DataTypes.STRING, allowNull: false, defaultValue: 'pending' },
  attempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  expiresAt: { type: DataTypes.DATE, allowNull: false },
});
User.hasMany(Verification);
Verification.belongsTo(User);

const app = express();
app.use(express.json());

app.post('/request-otp', async (req, res) => {
  const { phoneNumber } = req.body;
  if (!/^\+[1-9]\d{6,14}$/.test(phoneNumber)) {
    res.status(400).json({ message: 'Invalid phone number' });
    return;
  }
  const user =
    (await User.findOne({ where: { phoneNumber } })) ?? (await User.create({ phoneNumber }));
  const identity = { type: 'number', endpoint: phoneNumber };
  const { data } = await axios.post(VERIFICATIONS, { identity, method: 'sms' }, { auth });
  const { id, status } = await Verification.create({
    userId: user.id,
    phoneNumber,
    providerId: data.id,
    expiresAt: new Date(Date.now() + TTL_MS),
  });
  res.json({ message: 'OTP sent', verificationId: id, phoneNumber, status });
});

app.post('/verify-otp', async (req, res) => {
  const { verificationId, code } = req.body;
  const verification = await Verification.findByPk(verificationId, { include: User });
  if (verification?.status !== 'pending' || verification.expiresAt < new Date()) {
    res.status(400).json({ message: 'Verification not found or expired' });
    return;
  }
  if (verification.attempts >= MAX_ATTEMPTS) {
    res.status(429).json({ message: 'Too many attempts' });
    return;
  }
  verification.attempts += 1;
  await verification.save();
  const url = `${VERIFICATIONS}/id/${verification.providerId}`;
  const { data } = await axios.put(url, { method: 'sms', sms: { code } }, { auth });
  if (data.status !== 'SUCCESSFUL') {
    res.status(401).json({ message: 'Invalid OTP' });
    return;
  }
  await sequelize.transaction(async (transaction) => {
    await verification.update({ status: 'verified' }, { transaction });
    const verified = { isVerified: true, verifiedAt: new Date() };
    await verification.user.update(verified, { transaction });
  });
  const { id, phoneNumber, status } = verification;
  res.json({ message: 'OTP verified', verificationId: id, phoneNumber, status });
});

await sequelize.sync();
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
