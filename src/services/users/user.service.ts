import { Op, QueryTypes } from 'sequelize';
import { DEFAULT_APPLICATION } from '../../domain/caller.js';
import type { Models } from '../../models/index.js';
import { MARK_VERIFIED } from './user.sql.js';

/** A user: a phone number and its proofs. */
export interface UserFacts {
  /** E.164. */
  phoneNumber: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  status: 'unverified' | 'verified';
  /** Time of the first proof; null without one. */
  verifiedAt: Date | null;
  lastVerifiedAt: Date | null;
}

export interface UserPage {
  limit: number;
  /** Returns users with a greater number. */
  after?: string;
}

const MAX_PAGE_SIZE = 100;

/** Owns the tables `users` and `user_applications`. */
export class UserService {
  constructor(private readonly models: Pick<Models, 'User' | 'UserApplication'>) {}

  /** Undefined for a number without a user. */
  async findByPhoneNumber(phoneNumber: string): Promise<UserFacts | undefined> {
    const user = await this.models.User.findOne({ where: { phoneNumber } });
    return user ? toFacts(user) : undefined;
  }

  /** The proofs of a number through one application; undefined without any. */
  async findInApplication(
    phoneNumber: string,
    applicationId: string,
  ): Promise<UserFacts | undefined> {
    const user = await this.models.User.findOne({
      where: { phoneNumber },
      include: [
        { model: this.models.UserApplication, as: 'applications', where: { applicationId } },
      ],
    });
    const [proofs] = user?.applications ?? [];
    if (!user || !proofs) return undefined;
    const { firstVerifiedAt: verifiedAt, lastVerifiedAt } = proofs;
    return { ...toFacts(user), status: 'verified', verifiedAt, lastVerifiedAt };
  }

  /** At most 100 users, ordered by number. */
  async list({ limit, after }: UserPage): Promise<UserFacts[]> {
    const users = await this.models.User.findAll({
      ...(after !== undefined && { where: { phoneNumber: { [Op.gt]: after } } }),
      order: ['phoneNumber'],
      limit: Math.min(limit, MAX_PAGE_SIZE),
    });
    return users.map(toFacts);
  }

  /** Records that the number is proved now, exactly as a successful verification does. */
  async markVerified(
    phoneNumber: string,
    country: string,
    applicationId = DEFAULT_APPLICATION,
  ): Promise<void> {
    await this.models.User.sequelize?.query(MARK_VERIFIED, {
      bind: [[phoneNumber], [country], [applicationId]],
      type: QueryTypes.SELECT,
    });
  }
}

function toFacts(user: InstanceType<Models['User']>): UserFacts {
  const { phoneNumber, country, status, verifiedAt, lastVerifiedAt } = user;
  return { phoneNumber, country, status, verifiedAt, lastVerifiedAt };
}
