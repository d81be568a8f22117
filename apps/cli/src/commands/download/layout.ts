/** How names become those of folders and files: as the Python command does it, and never a step out of the folder. */

/** The folder of a process: what was typed to name it. */
export function processFolder(typed: string): string {
  return safe(typed.replaceAll(/[^A-Za-z0-9._-]/g, '_'));
}

/** The folder of one of a group, with as many digits as its count has. */
export const sliceFolder = (groupIndex: number, groupCount: number): string =>
  String(groupIndex).padStart(String(groupCount).length, '0');

/** The folder of a component: `2_Elevation`. */
export function componentFolder(position: number, name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return `${position}_${Array.from(words.join('_')).slice(0, 25).join('')}`;
}

export type DataKind = 'Input' | 'Output' | 'Storage';

/** The folder of data: `Input_1_Glasgow`. */
export function dataFolder(kind: DataKind, number: number, name: string): string {
  return `${kind}_${number}_${name.replaceAll(/[^A-Za-z_-]/g, '_')}`
    .replaceAll(/_+/g, '_')
    .replace(/_+$/, '');
}

/** The name of a file, which a platform may have been given by anybody. */
export function fileName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- a name with them cannot be a file's on each system
  return safe(name.replaceAll(/[/\\:\u0000]/g, '_'));
}

function safe(name: string): string {
  return name === '' || name === '.' || name === '..' ? `_${name}` : name;
}
