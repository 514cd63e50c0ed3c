import type { UserController } from '../controllers/user.controller.js';
import { MAY } from '../domain/rights.js';
import { erasedResponse, numberParams, userResponse } from '../schemas/operator.schema.js';
import type { Route } from './route.js';

const TAG = 'Users';

export function userRoutes(users: UserController): Route[] {
  return [
    {
      method: 'get',
      path: '/users/:phoneNumber',
      callers: MAY.search,
      operationId: 'getUser',
      tag: TAG,
      summary: 'Tell whether a number has been verified',
      description:
        'For a secret key, through its application; its times are those of the proofs there. For an operator key, through any.',
      params: numberParams,
      response: userResponse,
      responseDescription: 'The number and the times of its first and last proof.',
      errors: ['user_not_found'],
      handle: users.find,
    },
    {
      method: 'delete',
      path: '/users/:phoneNumber',
      callers: MAY.administer,
      operationId: 'eraseUser',
      tag: TAG,
      summary: 'Erase all data of a number',
      description:
        'Deletes everything in all applications but the rules of the lists: verifications, user, account, limits. Cannot be undone. A number without data is no error.',
      params: numberParams,
      response: erasedResponse,
      responseDescription: 'The data has been deleted.',
      errors: ['user_not_found'],
      handle: users.erase,
    },
  ];
}
