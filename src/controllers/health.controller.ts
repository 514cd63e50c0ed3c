import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';
import type { HealthService } from '../services/operations/health.service.js';

export class HealthController {
  constructor(private readonly health: HealthService) {}

  live = (_req: Request, res: Response): void => {
    res.json({ status: 'ok' });
  };

  ready = async (_req: Request, res: Response): Promise<void> => {
    if (!(await this.health.isReady())) {
      throw new AppError('service_unavailable', { extras: { retryAfter: 1 } });
    }
    res.json({ status: 'ok' });
  };
}
