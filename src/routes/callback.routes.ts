import type { CallbackController } from '../controllers/callback.controller.js';
import {
  infobipReports,
  nothing,
  sinchSmsReport,
  sinchVerificationResponse,
  sinchVerificationEvent,
  tokenParams,
} from '../schemas/callback.schema.js';
import type { Route } from './route.js';

export const SINCH_VERIFICATION_CALLBACK = '/callbacks/sinch/verification';

export interface EnabledCallbacks {
  sinchVerification: boolean;
  /** Delivery reports, authorized by a token in the path. */
  deliveryReports: boolean;
}

export function callbackRoutes(callbacks: CallbackController, enabled: EnabledCallbacks): Route[] {
  return [
    ...(enabled.sinchVerification ? [sinchVerification(callbacks)] : []),
    ...(enabled.deliveryReports ? [sinchSms(callbacks), infobip(callbacks)] : []),
  ];
}

function sinchVerification(callbacks: CallbackController): Route {
  return {
    method: 'post',
    path: SINCH_VERIFICATION_CALLBACK,
    callers: 'anyone',
    operationId: 'receiveSinchVerificationEvent',
    tag: 'Callbacks',
    summary: 'Events of Sinch Verification',
    description:
      'Called by Sinch only. The signature is made with the application secret and is at most five minutes old. Updates the timeline; never verifies a number.',
    body: sinchVerificationEvent,
    rawBody: true,
    response: sinchVerificationResponse,
    responseDescription:
      'Accepted. For a `VerificationRequestEvent`, the body says whether Sinch may send.',
    errors: ['callback_refused'],
    handle: callbacks.sinchVerification,
  };
}

function sinchSms(callbacks: CallbackController): Route {
  return {
    method: 'post',
    path: '/callbacks/sinch/sms/:token',
    callers: 'anyone',
    operationId: 'receiveSinchSmsReport',
    tag: 'Callbacks',
    summary: 'Delivery reports of Sinch SMS',
    description: 'Called by Sinch only. Updates the timeline; never verifies a number.',
    params: tokenParams,
    body: sinchSmsReport,
    rawBody: true,
    response: nothing,
    responseDescription: 'Accepted.',
    errors: ['not_found', 'callback_refused'],
    handle: callbacks.sinchSms,
  };
}

function infobip(callbacks: CallbackController): Route {
  return {
    method: 'post',
    path: '/callbacks/infobip/:token',
    callers: 'anyone',
    operationId: 'receiveInfobipReports',
    tag: 'Callbacks',
    summary: 'Delivery reports of Infobip',
    description: 'Called by Infobip only. Updates the timeline; never verifies a number.',
    params: tokenParams,
    body: infobipReports,
    rawBody: true,
    response: nothing,
    responseDescription: 'Accepted.',
    errors: ['not_found'],
    handle: callbacks.infobip,
  };
}
