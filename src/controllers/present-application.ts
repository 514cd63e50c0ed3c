import type { Application } from '../domain/application.js';
import type { ApplicationResponse, KeyResponse } from '../schemas/application.schema.js';
import type { ApiKeyFacts } from '../services/applications/api-key.service.js';

export function presentApplication(application: Application): ApplicationResponse {
  const { id, name, settings, createdAt, updatedAt } = application;
  return {
    id,
    name,
    settings,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

export function presentKey(key: ApiKeyFacts): KeyResponse {
  return {
    id: key.id,
    kind: key.kind,
    applicationId: key.applicationId,
    lastFour: key.lastFour,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}
