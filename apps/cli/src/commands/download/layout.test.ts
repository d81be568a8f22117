import { expect, test } from 'vitest';

import { componentFolder, dataFolder, fileName, processFolder, sliceFolder } from './layout.ts';

test('folders are named as the Python command names them', () => {
  expect(processFolder('Elevation of Glasgow (30 m)')).toBe('Elevation_of_Glasgow__30_m_');
  expect(sliceFolder(3, 120)).toBe('003');
  expect(componentFolder(2, 'Sentinel-2 Cloud Classification')).toBe('2_Sentinel_2_Cloud_Classifi');
  expect(componentFolder(1, '  Élévation / été ')).toBe('1_Élévation_été');
  expect(dataFolder('Input', 1, 'Glasgow 2026-01')).toBe('Input_1_Glasgow_-');
  expect(dataFolder('Output', 12, 'DEM')).toBe('Output_12_DEM');
});

test('no name leads out of its folder', () => {
  expect(processFolder('..')).toBe('_..');
  expect(processFolder('../../etc')).toBe('.._.._etc');
  expect(fileName('../../.bashrc')).toBe('.._.._.bashrc');
  expect(fileName('..')).toBe('_..');
});
