import type { ApplicationController } from '../controllers/application.controller.js';
import { MAY } from '../domain/rights.js';
import {
  applicationBody,
  applicationParams,
  applicationResponse,
  applicationsResponse,
  keyBody,
  keyParams,
  keyResponse,
  keysResponse,
  newKeyResponse,
  settingsChange,
} from '../schemas/application.schema.js';
import type { Route } from './route.js';

const TAG = 'Applications';

export function applicationRoutes(applications: ApplicationController): Route[] {
  return [...ownRoutes(applications), ...keyRoutes(applications)];
}

function ownRoutes(applications: ApplicationController): Route[] {
  return [
    {
      method: 'post',
      path: '/applications',
      callers: MAY.administer,
      operationId: 'createApplication',
      tag: TAG,
      summary: 'Create an application',
      body: applicationBody,
      response: applicationResponse,
      responseDescription: 'The application, without keys.',
      errors: ['application_exists'],
      handle: applications.create,
    },
    {
      method: 'get',
      path: '/applications',
      callers: MAY.administer,
      operationId: 'listApplications',
      tag: TAG,
      summary: 'List the applications',
      response: applicationsResponse,
      responseDescription: 'All applications, the oldest first.',
      errors: [],
      handle: applications.list,
    },
    {
      method: 'get',
      path: '/applications/:application',
      callers: MAY.administer,
      operationId: 'getApplication',
      tag: TAG,
      summary: 'Get an application',
      params: applicationParams,
      response: applicationResponse,
      responseDescription: 'The application and its settings.',
      errors: ['application_not_found'],
      handle: applications.find,
    },
    {
      method: 'post',
      path: '/applications/:application',
      callers: MAY.administer,
      operationId: 'changeApplication',
      tag: TAG,
      summary: 'Change the settings of an application',
      description:
        "A setting that is absent stays, and null removes it. What is not set is the service's. In force in every process within five seconds.",
      params: applicationParams,
      body: settingsChange,
      response: applicationResponse,
      responseDescription: 'The application with its new settings.',
      errors: ['application_not_found', 'application_exists'],
      handle: applications.change,
    },
  ];
}

function keyRoutes(applications: ApplicationController): Route[] {
  return [
    {
      method: 'get',
      path: '/applications/:application/keys',
      callers: MAY.administer,
      operationId: 'listApplicationKeys',
      tag: TAG,
      summary: 'List the keys of an application',
      params: applicationParams,
      response: keysResponse,
      responseDescription: 'Its keys without their secrets, the oldest first.',
      errors: ['application_not_found'],
      handle: applications.keysOf,
    },
    {
      method: 'get',
      path: '/keys',
      callers: MAY.administer,
      operationId: 'listKeys',
      tag: TAG,
      summary: 'List the keys',
      response: keysResponse,
      responseDescription: 'All keys without their secrets, the oldest first.',
      errors: [],
      handle: applications.keys,
    },
    {
      method: 'post',
      path: '/keys',
      callers: MAY.administer,
      operationId: 'createKey',
      tag: TAG,
      summary: 'Create a key',
      body: keyBody,
      response: newKeyResponse,
      responseDescription: 'The key, which is returned only once.',
      errors: ['application_not_found'],
      handle: applications.createKey,
    },
    {
      method: 'delete',
      path: '/keys/:key',
      callers: MAY.administer,
      operationId: 'revokeKey',
      tag: TAG,
      summary: 'Revoke a key',
      description: 'Every process refuses it within five seconds. The operation is idempotent.',
      params: keyParams,
      response: keyResponse,
      responseDescription: 'The key is revoked.',
      errors: ['key_not_found'],
      handle: applications.revokeKey,
    },
  ];
}
