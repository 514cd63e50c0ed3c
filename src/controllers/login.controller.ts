import type { Request, Response } from 'express';
import type {
  LoginBody,
  LoginResendBody,
  LoginVerifyBody,
  RefreshBody,
} from '../schemas/account.schema.js';
import type { LoginService } from '../services/accounts/login.service.js';
import { scopeOf } from './scope-of.js';
import { presentLogin, presentSentCode, presentSessions } from './present-account.js';
import { sessionOf } from './session-of.js';

type Body<T> = Request<unknown, unknown, T>;

export class LoginController {
  constructor(private readonly logins: LoginService) {}

  login = async (req: Body<LoginBody>, res: Response): Promise<void> => {
    res.json(presentLogin(await this.logins.login(req.body, scopeOf(res))));
  };

  verify = async (req: Body<LoginVerifyBody>, res: Response): Promise<void> => {
    const { loginToken, factor, code } = req.body;
    res.json(await this.logins.verify(loginToken, factor, code, scopeOf(res)));
  };

  resend = async (req: Body<LoginResendBody>, res: Response): Promise<void> => {
    const { loginToken, channel } = req.body;
    const sent = await this.logins.resend(loginToken, channel, scopeOf(res));
    res.json(presentSentCode(sent));
  };

  refresh = async (req: Body<RefreshBody>, res: Response): Promise<void> => {
    res.json(await this.logins.refresh(req.body.refreshToken, scopeOf(res)));
  };

  logout = async (_req: Request, res: Response): Promise<void> => {
    await this.logins.logout(sessionOf(res));
    res.json({ status: 'logged_out' });
  };

  logoutAll = async (_req: Request, res: Response): Promise<void> => {
    await this.logins.logoutAll(sessionOf(res));
    res.json({ status: 'logged_out' });
  };

  sessions = async (_req: Request, res: Response): Promise<void> => {
    const session = sessionOf(res);
    res.json(presentSessions(await this.logins.sessionsOf(session), session));
  };
}
