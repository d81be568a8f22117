import { checkServiceFile } from 'fusion-platform/service-file';
import { parseDocument } from 'yaml';

import type { CheckedFolder } from '../../../service-folder/index.ts';

/** The same description for an image: what is in the folder besides is not sent, and so not judged. */
export function withImage(checked: CheckedFolder, image: string): CheckedFolder {
  const document = parseDocument(checked.text);
  if (document.errors.length > 0) return checked;
  document.set('image', image);
  const text = String(document);
  const { file, faults } = checkServiceFile(text);
  const path = `${checked.folder}/service.yaml`;
  return {
    ...checked,
    text,
    service: file,
    files: [],
    faults: faults.map((fault) => ({ file: path, ...fault })),
  };
}
