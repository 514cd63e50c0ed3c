import { json, Router, type ErrorRequestHandler } from 'express';
import { z } from 'zod';
import { faultSchema, type FaultPlan } from './faults.js';
import type { SimulatedApi } from './simulated-api.js';
import type { ServiceName } from './operations.js';

export interface ControlOptions {
  services: readonly SimulatedApi[];
  faults: FaultPlan;
}

/**
 * Controls the simulator at `/simulator/control`.
 * - `GET` → `{ sinchVerification: {…settings}, sinchSms: {…}, infobip2fa: {…}, faults: [remaining
 * faults] }`.
 * - `PUT { sinchVerification?: {…some settings}, …, faults?: […] }` changes the given settings,
 * replaces the list of faults, and responds like `GET`. Example of a fault: `{ "kind": "answer",
 * "status": 502, "body": "<h1>Bad gateway</h1>", "operation": "start", "count": 2 }`. Invalid input
 * changes nothing → 400 `{ message, errors: [{ path, message }] }`.
 * - `DELETE` restores the initial state and responds like `GET`.
 */
export function controlRouter({ services, faults }: ControlOptions): Router {
  const changeSchema = changeSchemaFor(services);
  const state = () => ({
    ...Object.fromEntries(services.map(({ name, settings }) => [name, settings.current])),
    faults: faults.list(),
  });
  const router = Router();
  router
    .route('/simulator/control')
    .get((_req, res) => {
      res.json(state());
    })
    .put(json({ limit: '256kb', type: () => true }), (req, res) => {
      const change = changeSchema.safeParse(req.body);
      if (!change.success) {
        res.status(400).json(problem(change.error));
        return;
      }
      const { faults: planned, ...settings } = change.data;
      for (const service of services) service.settings.change(settings[service.name] ?? {});
      if (planned) faults.replace(planned);
      res.json(state());
    })
    .delete((_req, res) => {
      for (const { settings } of services) settings.reset();
      faults.replace([]);
      res.json(state());
    });
  router.use('/simulator/control', bodyError);
  return router;
}

function changeSchemaFor(services: readonly SimulatedApi[]) {
  const sections = services.map(
    ({ name, settingsSchema }) => [name, settingsSchema.partial().optional()] as const,
  );
  const shape = Object.fromEntries(sections) as Partial<Record<ServiceName, z.ZodType<object>>>;
  return z.strictObject({ ...shape, faults: z.array(faultSchema).max(100).optional() });
}

const bodyError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  res.status(400).json({ message: 'The body is not JSON.', errors: [] });
};

function problem(error: z.ZodError) {
  const errors = error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  return { message: 'Invalid change; nothing was changed.', errors };
}
