import { basename, dirname } from 'node:path';

import type { Bounds } from '@fusion-platform/geo';
import type { Geometry } from 'geojson';

import type { FileScene } from './file-scene.ts';
import type { ItemScene } from './item-scene.ts';

/** What an item of the archive is made from. */
export type Scene = FileScene | ItemScene;

interface ServedFile {
  readonly folder: string;
  readonly name: string;
  readonly mediaType: string;
}

export function placeOf(scene: Scene): { bounds: Bounds | null; geometry: Geometry | null } {
  switch (scene.kind) {
    case 'file':
      return { bounds: scene.analysis.bounds, geometry: scene.analysis.stac.geometry };
    case 'item':
      return scene;
  }
}

/** The file that an address below that of the scene's assets stands for; null when there is none. */
export function fileOf(scene: Scene, name: string): ServedFile | null {
  switch (scene.kind) {
    case 'file':
      if (basename(scene.path) !== name) return null;
      return { folder: dirname(scene.path), name, mediaType: scene.analysis.stac.mediaType };
    case 'item': {
      const asset = Object.values(scene.assets).find(({ href }) => href === name);
      if (asset === undefined) return null;
      return { folder: scene.folder, name, mediaType: asset.type ?? 'application/octet-stream' };
    }
  }
}

/** The folder that a scene's files are served from. */
export function folderOf(scene: Scene): string {
  return scene.kind === 'file' ? dirname(scene.path) : scene.folder;
}
