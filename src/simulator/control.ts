import { json, Router, type ErrorRequestHandler } from 'express';
import { z } from 'zod';
import { faultSchema, type FaultPlan } from './faults.js';
import type { SettingsBox } from './settings-box.js';
import { sinchSettingsSchema, type SinchSimulatorSettings } from './sinch-verification/settings.js';

export interface Controlled {
  sinchVerification: SettingsBox<SinchSimulatorSettings>;
  faults: FaultPlan;
}

const changeSchema = z.strictObject({
  sinchVerification: sinchSettingsSchema.partial().optional(),
  faults: z.array(faultSchema).max(100).optional(),
});

/**
 * The knobs of the simulator, for tests and demonstrations, at `/simulator/control`:
 *
 * - `GET` → `{ sinchVerification: {…all settings}, faults: […still to come] }`.
 * - `PUT { sinchVerification?: {…some settings}, faults?: […] }` changes the settings named, replaces the list of
 *   faults when one is given, and answers as `GET`. A fault is `{ kind, operation?, count?, process?, … }`, for example
 *   `{ "kind": "answer", "status": 502, "body": "<h1>Bad gateway</h1>", "operation": "start", "count": 2 }`;
 *   see `faultSchema` and `sinchSettingsSchema`. Anything unknown or out of range is a 400 with
 *   `{ message, errors: [{ path, message }] }` and changes nothing.
 * - `DELETE` puts everything back to what the simulator was started with, and answers as `GET`.
 */
export function controlRouter(controlled: Controlled): Router {
  const { sinchVerification, faults } = controlled;
  const state = () => ({ sinchVerification: sinchVerification.current, faults: faults.list() });
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
      sinchVerification.change(change.data.sinchVerification ?? {});
      if (change.data.faults) faults.replace(change.data.faults);
      res.json(state());
    })
    .delete((_req, res) => {
      sinchVerification.reset();
      faults.replace([]);
      res.json(state());
    });
  router.use('/simulator/control', unreadable);
  return router;
}

const unreadable: ErrorRequestHandler = (error, _req, res, next) => {
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
  return { message: 'The change is not valid; nothing was changed.', errors };
}
