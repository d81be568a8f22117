import type { FieldIssue } from '@fusion-platform/contract';

import { FusionPlatformError } from './base.ts';

/** A model with a wrong type or without a required field: every offending field in one error. */
export class ModelError extends FusionPlatformError {
  override readonly name = 'ModelError';
  readonly code = 'invalid_model';
  readonly model: string;
  readonly fields: readonly FieldIssue[];

  constructor(model: string, fields: readonly FieldIssue[], cause?: unknown) {
    const told = fields.map(({ path, message }) => `${path}: ${message}`).join('; ');
    super(`${model} is not valid: ${told}`, cause);
    this.model = model;
    this.fields = fields;
  }
}
