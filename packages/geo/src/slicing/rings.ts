import type { Position } from 'geojson';

/** Rings, the outer one first and counter-clockwise, holes clockwise; each closed. */
export type Rings = Position[][];

/** 0: at a longitude; 1: at a latitude. */
export type Axis = 0 | 1;
