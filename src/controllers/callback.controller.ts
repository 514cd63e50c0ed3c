import type { Request, Response } from 'express';
import type { CallbackService } from '../services/callbacks/callback.service.js';

export class CallbackController {
  constructor(private readonly callbacks: CallbackService) {}

  sinchVerification = async (req: Request, res: Response): Promise<void> => {
    res.json(await this.callbacks.sinchVerification(receivedOf(req)));
  };

  sinchSms = async (req: Request, res: Response): Promise<void> => {
    await this.callbacks.sinchSms(tokenOf(req), receivedOf(req));
    res.json({});
  };

  infobip = async (req: Request, res: Response): Promise<void> => {
    await this.callbacks.infobip(tokenOf(req), receivedOf(req));
    res.json({});
  };
}

function receivedOf(req: Request) {
  const body: unknown = req.body;
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    header: (name: string) => req.get(name),
    trailingSlash: req.path.endsWith('/'),
  };
}

function tokenOf(req: Request): string {
  return String(req.params['token']);
}
