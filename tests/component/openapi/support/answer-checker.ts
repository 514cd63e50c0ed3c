import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApiDocument } from '../../../../scripts/docs/openapi.js';
import type { Answer } from '../../../support/service.js';

const DOCUMENT_ID = 'https://proofline.test/openapi.json';

/** Lists the differences between a response and the document. */
export function answerChecker(api: OpenApiDocument) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...api, $id: DOCUMENT_ID });
  const compiled = new Map<string, ValidateFunction>();

  return (answer: Answer, method: string, path: string): string[] => {
    const status = String(answer.status);
    const response = api.paths[path]?.[method]?.responses[status];
    if (!response) return [`${status} is not documented for ${method} ${path}`];
    const [type = '', charset] = (answer.headers.get('content-type') ?? '').split('; ');
    if (!(type in response.content)) return [`${type} is not documented for ${status}`];
    const pointer = ['paths', path, method, 'responses', status, 'content', type, 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `${DOCUMENT_ID}#/${pointer}` });
    compiled.set(pointer, validate);
    const faults = validate(answer.body) ? [] : [ajv.errorsText(validate.errors)];
    if (charset !== 'charset=utf-8') faults.push('has no charset');
    const waits = Number(answer.headers.get('retry-after'));
    if (['429', '503'].includes(status) && !(waits >= 1)) faults.push('has no Retry-After');
    return faults;
  };
}
