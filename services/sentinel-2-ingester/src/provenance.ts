import type { ArchiveCollection } from '@fusion-platform/geo';

import type { Choice } from './choose.ts';
import { dayText } from './image.ts';

/** Where the images come from, as metadata of the rasters: GDAL's keys and values. */
export function provenance(
  collection: ArchiveCollection,
  choice: Choice | null,
  archive: string,
): Record<string, string> {
  const { id, title, license, providers } = collection;
  const named = title === undefined || title === id ? id : `${title} (${id})`;
  const items = choice?.images.map(({ item }) => item) ?? [];
  const note = items.find(({ properties }) => properties['fusion:synthetic'] === true)?.properties[
    'description'
  ];
  return {
    SOURCE: `${named} from ${archive}`,
    ...(choice === null
      ? {}
      : {
          ACQUISITION_DATE: dayText(choice.day),
          SOURCE_ITEMS: items.map((item) => item.id).join(', '),
        }),
    ...(license === undefined ? {} : { SOURCE_LICENSE: license }),
    ...(providers.length === 0 ? {} : { SOURCE_PROVIDERS: providers.map(({ name }) => name).join(', ') }),
    ...(typeof note === 'string' ? { SYNTHETIC: 'YES', NOTE: note.replaceAll(/\s+/g, ' ') } : {}),
  };
}
