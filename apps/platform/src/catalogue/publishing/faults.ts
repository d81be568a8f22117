import { CallError } from '@fusion-platform/contract';
import { checkServiceFile, worksBeforeSandbox } from '@fusion-platform/contract/service-file';
import type {
  CheckedServiceFile,
  ServiceFile,
  ServiceFileFault,
} from '@fusion-platform/contract/service-file';

/** What is wrong with a service.yaml as an answer: each fault by its line and column. */
export function refusal(faults: readonly ServiceFileFault[]): CallError {
  const fields = faults.map(({ line, column, path, message }) => ({
    path: `service.yaml:${line}:${column}`,
    message: path === '' ? message : `${path}: ${message}`,
  }));
  const count = fields.length === 1 ? 'There is a fault' : `There are ${fields.length} faults`;
  return new CallError('invalid_model', `${count} in service.yaml`, { fields });
}

/**
 * Reads the service.yaml that somebody wants to publish: what goes for those of the platform's own folders, and no more
 * trust than a stranger has.
 * @throws CallError `invalid_model` with all that is wrong
 */
export function readPublished(text: string): CheckedServiceFile & { readonly file: ServiceFile } {
  const checked = checkServiceFile(text);
  const { file } = checked;
  if (!file) throw refusal(checked.faults);
  const faults = [...faultsOfEnvironment(file), ...faultsOfIds(file)].map((fault) => ({
    ...fault,
    ...checked.placeOf(fault.path),
  }));
  if (faults.length > 0) throw refusal(faults);
  return { ...checked, file };
}

function faultsOfEnvironment({ environment }: ServiceFile): Pick<ServiceFileFault, 'path' | 'message'>[] {
  return environment.flatMap((variable, index) => {
    const path = `environment.${index}.name`;
    if (variable.name.startsWith('FUSION_'))
      return [
        { path, message: `${variable.name} is the platform's own: a published service has no such variable` },
      ];
    if (worksBeforeSandbox(variable.name))
      return [{ path, message: `${variable.name} would change what starts the sandbox` }];
    return variable.default === null
      ? [
          {
            path,
            message: `a published service gets nothing of the platform's environment: give ${variable.name} a default`,
          },
        ]
      : [];
  });
}

function faultsOfIds({ id }: ServiceFile): Pick<ServiceFileFault, 'path' | 'message'>[] {
  return id === undefined
    ? []
    : [{ path: 'id', message: 'the platform chooses the id of a published version: leave it out' }];
}
