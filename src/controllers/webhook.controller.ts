import type { Request, Response } from 'express';
import type { Caller } from '../domain/caller.js';
import { AppError } from '../errors/app-error.js';
import { callerOf } from '../middlewares/caller.js';
import type { ReplayBody, RotateBody, WebhookBody } from '../schemas/webhook.schema.js';
import type {
  Endpoint,
  WebhookEndpointService,
  WebhookScope,
} from '../services/webhooks/endpoint.service.js';
import { presentWebhook } from './present-webhook.js';

export class WebhookController {
  constructor(private readonly webhooks: WebhookEndpointService) {}

  create = async (req: Request<unknown, unknown, WebhookBody>, res: Response): Promise<void> => {
    const { applicationId, ...wanted } = req.body;
    const fault = this.webhooks.faultOf(wanted.url);
    if (fault !== undefined) throw invalid('/url', fault);
    const scope = scopeOf(callerOf(res));
    if (scope !== null && applicationId !== undefined && applicationId !== scope) {
      throw invalid('/applicationId', 'must be the application of the key');
    }
    const endpoint = await this.webhooks.create(scope ?? applicationId ?? null, wanted);
    if (endpoint === 'unknown_application')
      throw invalid('/applicationId', 'is not an application');
    if (endpoint === 'too_many') throw new AppError('webhook_limit');
    res.status(201).json({ ...presentWebhook(endpoint), secret: endpoint.secret });
  };

  list = async (_req: Request, res: Response): Promise<void> => {
    const endpoints = await this.webhooks.list(scopeOf(callerOf(res)));
    res.json({ webhooks: endpoints.map(presentWebhook) });
  };

  find = async (req: Request, res: Response): Promise<void> => {
    const found = await this.webhooks.find(scopeOf(callerOf(res)), idOf(req));
    res.json(presentWebhook(known(found)));
  };

  delete = async (req: Request, res: Response): Promise<void> => {
    if (!(await this.webhooks.delete(scopeOf(callerOf(res)), idOf(req)))) throw unknown();
    res.json({ deleted: true });
  };

  rotate = async (req: Request, res: Response): Promise<void> => {
    const { keepOld } = req.body as RotateBody;
    const endpoint = known(await this.webhooks.rotate(scopeOf(callerOf(res)), idOf(req), keepOld));
    res.json({ ...presentWebhook(endpoint), secret: endpoint.secret });
  };

  disable = async (req: Request, res: Response): Promise<void> => {
    const changed = await this.webhooks.disable(scopeOf(callerOf(res)), idOf(req));
    res.json(presentWebhook(known<Endpoint>(changed)));
  };

  enable = async (req: Request, res: Response): Promise<void> => {
    const changed = await this.webhooks.enable(scopeOf(callerOf(res)), idOf(req));
    res.json(presentWebhook(known<Endpoint>(changed)));
  };

  deliveries = async (req: Request, res: Response): Promise<void> => {
    const found = await this.webhooks.deliveries(scopeOf(callerOf(res)), idOf(req));
    res.json({ deliveries: known(found) });
  };

  replay = async (req: Request, res: Response): Promise<void> => {
    const { deliveryId } = req.body as ReplayBody;
    const scope = scopeOf(callerOf(res));
    res.json({ replayed: known(await this.webhooks.replay(scope, idOf(req), deliveryId)) });
  };

  test = async (req: Request, res: Response): Promise<void> => {
    const eventId = await this.webhooks.sendTest(scopeOf(callerOf(res)), idOf(req));
    res.json({ eventId: known(eventId) });
  };
}

function idOf(req: Request): string {
  return String(req.params['webhook']);
}

function scopeOf(caller: Caller): WebhookScope {
  return caller.kind === 'operator' ? null : caller.applicationId;
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw unknown();
  return found;
}

const unknown = () => new AppError('webhook_not_found');

function invalid(pointer: string, message: string): AppError {
  return new AppError('invalid_request', { extras: { errors: [{ pointer, message }] } });
}
