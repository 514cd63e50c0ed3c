import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import type { ApplicationBody, KeyBody, SettingsChange } from '../schemas/application.schema.js';
import type { ApiKeyService } from '../services/applications/api-key.service.js';
import type { ApplicationService } from '../services/applications/application.service.js';
import { presentApplication, presentKey } from './present-application.js';

type Params = Request['params'];

const applicationIn = (params: Params) => String(params['application']);

/** Applications and keys, for operators. */
export class ApplicationController {
  constructor(
    private readonly applications: ApplicationService,
    private readonly apiKeys: ApiKeyService,
  ) {}

  create = async (req: Request<unknown, unknown, ApplicationBody>, res: Response) => {
    const { name, settings } = req.body;
    const created = await this.applications.create(name, settings);
    if (!created) throw new AppError('application_exists');
    res.json(presentApplication(created));
  };

  list = async (_req: Request, res: Response) => {
    const listed = await this.applications.list();
    res.json({ applications: listed.map(presentApplication) });
  };

  find = async (req: Request, res: Response) => {
    const found = await this.applications.find(applicationIn(req.params));
    if (!found) throw new AppError('application_not_found');
    res.json(presentApplication(found));
  };

  change = async (req: Request<Params, unknown, SettingsChange>, res: Response) => {
    const changed = await this.applications.set(applicationIn(req.params), req.body);
    if (!changed) throw new AppError('application_not_found');
    if (changed === 'taken') throw new AppError('application_exists');
    res.json(presentApplication(changed));
  };

  keysOf = async (req: Request, res: Response) => {
    const found = await this.applications.find(applicationIn(req.params));
    if (!found) throw new AppError('application_not_found');
    const keys = await this.apiKeys.list(found.id);
    res.json({ keys: keys.map(presentKey) });
  };

  keys = async (_req: Request, res: Response) => {
    const keys = await this.apiKeys.list();
    res.json({ keys: keys.map(presentKey) });
  };

  createKey = async (req: Request<unknown, unknown, KeyBody>, res: Response) => {
    const { kind, application = null, expiresAt } = req.body;
    const expires = expiresAt === undefined ? null : new Date(expiresAt);
    const created = await this.apiKeys.create(kind, application, expires);
    if (!created) throw new AppError('application_not_found');
    res.json({ ...presentKey(created.facts), key: created.key });
  };

  revokeKey = async (req: Request, res: Response) => {
    const revoked = await this.apiKeys.revoke(String(req.params['key']));
    if (!revoked) throw new AppError('key_not_found');
    res.json(presentKey(revoked));
  };
}
