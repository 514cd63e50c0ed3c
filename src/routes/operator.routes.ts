import type { OperatorController } from '../controllers/operator.controller.js';
import { MAY } from '../domain/rights.js';
import {
  numberParams,
  numberResponse,
  purgedResponse,
  removedRuleResponse,
  ruleBody,
  ruleParams,
  ruleResponse,
  rulesResponse,
  shownVerificationResponse,
  sweptResponse,
  unblockBody,
  unblockedResponse,
  verificationParams,
} from '../schemas/operator.schema.js';
import type { Route } from './route.js';

const SHARED = { callers: MAY.administer, tag: 'Operator' } as const;

/** What the commands of the command line do. */
export function operatorRoutes(operator: OperatorController): Route[] {
  return [...numberRoutes(operator), ...ruleRoutes(operator), ...maintenanceRoutes(operator)];
}

function numberRoutes(operator: OperatorController): Route[] {
  return [
    {
      ...SHARED,
      method: 'get',
      path: '/operator/verifications/:id',
      operationId: 'showVerification',
      summary: 'Show a verification of any application',
      params: verificationParams,
      response: shownVerificationResponse,
      responseDescription: 'The verification with its provider and its timeline.',
      errors: ['verification_not_found'],
      handle: operator.show,
    },
    {
      ...SHARED,
      method: 'get',
      path: '/operator/numbers/:phoneNumber',
      operationId: 'showNumber',
      summary: 'Show what is known of a number',
      params: numberParams,
      response: numberResponse,
      responseDescription: 'Limits, rules, user and newest verifications of the number.',
      errors: ['not_found'],
      handle: operator.number,
    },
    {
      ...SHARED,
      method: 'post',
      path: '/operator/numbers/:phoneNumber/unblock',
      operationId: 'unblockNumber',
      summary: 'Unblock a number',
      description: 'Resets its wrong codes and its cool-down, and those of its account.',
      params: numberParams,
      body: unblockBody,
      bodyOptional: true,
      response: unblockedResponse,
      responseDescription: 'The number is unblocked, unless a rule still blocks it.',
      errors: ['not_found'],
      handle: operator.unblock,
    },
  ];
}

function ruleRoutes(operator: OperatorController): Route[] {
  return [
    {
      ...SHARED,
      method: 'get',
      path: '/operator/rules',
      operationId: 'listRules',
      summary: 'List the block list and the safe list',
      response: rulesResponse,
      responseDescription: 'Both lists, by pattern.',
      errors: [],
      handle: operator.rules,
    },
    {
      ...SHARED,
      method: 'post',
      path: '/operator/rules',
      operationId: 'putRule',
      summary: 'Block numbers, or mark them safe',
      description: 'Replaces an earlier rule on the same pattern.',
      body: ruleBody,
      response: ruleResponse,
      responseDescription: 'The rule is in force.',
      errors: [],
      handle: operator.putRule,
    },
    {
      ...SHARED,
      method: 'delete',
      path: '/operator/rules/:pattern',
      operationId: 'removeRule',
      summary: 'Remove a pattern from both lists',
      params: ruleParams,
      response: removedRuleResponse,
      responseDescription: 'The rule has been removed.',
      errors: ['rule_not_found'],
      handle: operator.removeRule,
    },
  ];
}

function maintenanceRoutes(operator: OperatorController): Route[] {
  return [
    {
      ...SHARED,
      method: 'post',
      path: '/operator/purge',
      operationId: 'purgeExpiredData',
      summary: 'Delete expired data now',
      description: 'Works for at most five seconds; the service does the rest within the hour.',
      response: purgedResponse,
      responseDescription: 'Expired data has been deleted.',
      errors: [],
      handle: operator.purge,
    },
    {
      ...SHARED,
      method: 'post',
      path: '/operator/sweep',
      operationId: 'settleLostSends',
      summary: 'Settle what a crash left open',
      description: 'Also marks expired verifications. Sends no messages.',
      response: sweptResponse,
      responseDescription: 'Sends that a crash left open are settled.',
      errors: [],
      handle: operator.sweep,
    },
  ];
}
