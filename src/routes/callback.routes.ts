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

/** Which callbacks are taken at all. */
export interface EnabledCallbacks {
  sinchVerification: boolean;
  /** Those that a token in the path opens. */
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
    tag: 'Callbacks',
    summary: 'Events of Sinch Verification',
    description:
      'For Sinch only: signed with the application secret, at most five minutes ago. Adds to the timeline and verifies nothing.',
    body: sinchVerificationEvent,
    rawBody: true,
    response: sinchVerificationResponse,
    responseDescription: 'Taken; to a `VerificationRequestEvent`, whether Sinch may send.',
    errors: ['callback_refused'],
    handle: callbacks.sinchVerification,
  };
}

function sinchSms(callbacks: CallbackController): Route {
  return {
    method: 'post',
    path: '/callbacks/sinch/sms/:token',
    tag: 'Callbacks',
    summary: 'Delivery reports of Sinch SMS',
    description: 'For Sinch only. Adds to the timeline and verifies nothing.',
    params: tokenParams,
    body: sinchSmsReport,
    rawBody: true,
    response: nothing,
    responseDescription: 'Taken.',
    errors: ['not_found', 'callback_refused'],
    handle: callbacks.sinchSms,
  };
}

function infobip(callbacks: CallbackController): Route {
  return {
    method: 'post',
    path: '/callbacks/infobip/:token',
    tag: 'Callbacks',
    summary: 'Delivery reports of Infobip',
    description: 'For Infobip only. Adds to the timeline and verifies nothing.',
    params: tokenParams,
    body: infobipReports,
    rawBody: true,
    response: nothing,
    responseDescription: 'Taken.',
    errors: ['not_found'],
    handle: callbacks.infobip,
  };
}
