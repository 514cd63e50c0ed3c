import type { Request, Response } from 'express';
import type { OperatorCaller } from '../domain/caller.js';
import { parseListedPattern } from '../domain/number-pattern.js';
import { parsePossiblePhoneNumber } from '../domain/phone-number.js';
import { AppError } from '../errors/app-error.js';
import type { RuleBody, UnblockBody } from '../schemas/operator.schema.js';
import {
  AUDITED,
  inCamelCase,
  type AuditFields,
  type AuditLog,
} from '../services/operations/audit.js';
import { sweep, type BackgroundWork } from '../services/operations/background-work.js';
import type { OperatorService } from '../services/operations/operator.service.js';
import type { VerificationRecordService } from '../services/verifications/records.service.js';
import type { TimelineService } from '../services/verifications/timeline.service.js';
import { callerOf } from '../middlewares/caller.js';
import { presentNumber, presentRule, presentRules, presentShown } from './present-operator.js';

export interface OperatorDependencies {
  operator: OperatorService;
  records: VerificationRecordService;
  timelines: TimelineService;
  background: BackgroundWork;
  audit: AuditLog;
}

/** Bounds the request; the hourly purge deletes the rest. */
const PURGE_MS = 5_000;

/** What the commands of the command line do, for operator keys. */
export class OperatorController {
  constructor(private readonly deps: OperatorDependencies) {}

  show = async (_req: Request, res: Response): Promise<void> => {
    const { id = '' } = paramsOf(res);
    const verification = await this.deps.records.find(id);
    if (!verification) throw new AppError('verification_not_found');
    res.json(presentShown(verification, await this.deps.timelines.of(id)));
  };

  number = async (_req: Request, res: Response): Promise<void> => {
    const { phoneNumber = '' } = paramsOf(res);
    const { country = '' } = parsePossiblePhoneNumber(phoneNumber) ?? {};
    res.json(presentNumber(await this.deps.operator.number(phoneNumber, country)));
  };

  unblock = async (req: Request, res: Response): Promise<void> => {
    const { phoneNumber = '' } = paramsOf(res);
    const { sends } = req.body as UnblockBody;
    const { operator } = this.deps;
    const { wrongRun, counters } = await operator.unblock(phoneNumber, sends);
    this.write(res, 'unblock', AUDITED.unblock(phoneNumber, counters, sends));
    const rule = await operator.ruleInForce(phoneNumber);
    res.json({
      phoneNumber,
      wrongRunBefore: wrongRun,
      countersCleared: counters,
      blockedBy: rule?.kind === 'block' ? rule.pattern : null,
    });
  };

  rules = async (_req: Request, res: Response): Promise<void> => {
    res.json(presentRules(await this.deps.operator.rules()));
  };

  putRule = async (req: Request, res: Response): Promise<void> => {
    const { pattern, kind, note = null } = req.body as RuleBody;
    const rule = await this.deps.operator.putRule(pattern, kind, note);
    if (!rule) throw new Error('PUT_RULE returned no row');
    this.write(res, kind, AUDITED.rule(pattern));
    res.json(presentRule(rule));
  };

  removeRule = async (_req: Request, res: Response): Promise<void> => {
    const pattern = parseListedPattern(paramsOf(res)['pattern'] ?? '') ?? '';
    if (!(await this.deps.operator.removeRule(pattern))) throw new AppError('rule_not_found');
    this.write(res, 'unlist', AUDITED.rule(pattern));
    res.json({ pattern });
  };

  purge = async (_req: Request, res: Response): Promise<void> => {
    const ended = AbortSignal.timeout(PURGE_MS);
    const counts = await this.deps.background.maintenance.purge(ended);
    this.write(res, 'purge', AUDITED.purge(counts));
    res.json({ deleted: inCamelCase(counts), isComplete: !ended.aborted });
  };

  sweep = async (_req: Request, res: Response): Promise<void> => {
    const swept = await sweep(this.deps.background);
    this.write(res, 'sweep', AUDITED.sweep(swept));
    const { unknownOutcomes, expired } = swept;
    res.json({ settled: { outcomeUnknown: unknownOutcomes.length, expired: expired.length } });
  };

  private write(res: Response, command: string, fields: AuditFields): void {
    const { keyId } = callerOf(res) as OperatorCaller;
    this.deps.audit.write(command, fields, keyId);
  }
}

function paramsOf(res: Response): Partial<Record<string, string>> {
  return res.locals['params'] as Partial<Record<string, string>>;
}
