import type { ArchiveItem } from '@fusion-platform/geo';

const TILE = /^(\d{1,2}[C-X][A-Z]{2})$/;

/**
 * The tile of an item, such as `30UVG`, as catalogues say it: `grid:code` (Earth Search, Copernicus), `s2:mgrs_tile`
 * (Planetary Computer), the parts of `mgrs:` or of the older `sentinel:`, or the name of the product. Null where none does.
 */
export function tileOf({ id, properties }: Pick<ArchiveItem, 'id' | 'properties'>): string | null {
  const said = (name: string): string => {
    const value = properties[name];
    return typeof value === 'string' ? value : '';
  };
  const parts = (prefix: string, names: readonly string[]): string => {
    const values = names.map((name) => properties[`${prefix}:${name}`]);
    return values.some((value) => typeof value !== 'string' && typeof value !== 'number')
      ? ''
      : values.join('');
  };
  const texts = [
    said('grid:code').replace(/^MGRS-/, ''),
    said('s2:mgrs_tile').replace(/^T(?=\d)/, ''),
    parts('mgrs', ['utm_zone', 'latitude_band', 'grid_square']),
    parts('sentinel', ['utm_zone', 'latitude_band', 'grid_square']),
    ...productsOf({ id, properties }).map((name) => /_T(\d{2}[C-X][A-Z]{2})(?=_|\.|$)/.exec(name)?.[1] ?? ''),
    /^S2[A-D]_(\d{1,2}[C-X][A-Z]{2})_\d{8}_/.exec(id)?.[1] ?? '',
  ];
  const found = texts.map((text) => TILE.exec(text.toUpperCase())?.[1]).find((tile) => tile !== undefined);
  return found?.padStart(5, '0') ?? null;
}

/** Names that may be those of products, `S2A_MSIL2A_20200219T112111_N0214_R037_T29RKH_20200219T135221` for one. */
export function productsOf({ id, properties }: Pick<ArchiveItem, 'id' | 'properties'>): string[] {
  const names = ['s2:product_uri', 's2:product_id', 'sentinel:product_id'].map((name) => properties[name]);
  return [...names, id].filter((name) => typeof name === 'string');
}
