import { expect, test } from 'vitest';

import { selfIntersection } from './self-intersection.ts';

const square = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
  [0, 0],
];

test.each([
  ['a square', [square]],
  [
    'a square whose corner is written twice',
    [
      [
        [0, 0],
        [10, 0],
        [10, 0],
        [10, 10],
        [0, 0],
      ],
    ],
  ],
  [
    'a triangle',
    [
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [0, 0],
      ],
    ],
  ],
  [
    'a hole apart from its edge',
    [
      square,
      [
        [2, 2],
        [2, 4],
        [4, 4],
        [2, 2],
      ],
    ],
  ],
  [
    'a hole that touches the edge at one point',
    [
      square,
      [
        [0, 5],
        [3, 6],
        [3, 4],
        [0, 5],
      ],
    ],
  ],
  [
    'positions on a straight line',
    [
      [
        [0, 0],
        [5, 0],
        [10, 0],
        [10, 10],
        [0, 0],
      ],
    ],
  ],
])('%s is in order', (_name, rings) => {
  expect(selfIntersection(rings)).toBeNull();
});

test.each([
  [
    'a bow tie',
    [
      [
        [0, 0],
        [2, 2],
        [2, 0],
        [0, 2],
        [0, 0],
      ],
    ],
    [1, 1],
  ],
  [
    'a ring that touches itself at a corner',
    [
      [
        [0, 0],
        [4, 0],
        [2, 2],
        [4, 4],
        [0, 4],
        [2, 2],
        [0, 0],
      ],
    ],
    [2, 2],
  ],
  [
    'a corner on a distant edge',
    [
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [2, 0],
        [0, 4],
        [0, 0],
      ],
    ],
    [2, 0],
  ],
  [
    'a spike',
    [
      [
        [0, 0],
        [4, 0],
        [8, 0],
        [4, 0],
        [4, 4],
        [0, 0],
      ],
    ],
    [4, 0],
  ],
  [
    'a hole across the edge',
    [
      square,
      [
        [5, 5],
        [15, 5],
        [5, 6],
        [5, 5],
      ],
    ],
    [10, 5],
  ],
  [
    'a hole along the edge',
    [
      square,
      [
        [2, 0],
        [5, 0],
        [4, 3],
        [2, 0],
      ],
    ],
    [2, 0],
  ],
])('%s is found', (_name, rings, place) => {
  const found = selfIntersection(rings);
  expect(found?.[0]).toBeCloseTo(place[0] ?? 0, 9);
  expect(found?.[1]).toBeCloseTo(place[1] ?? 0, 9);
});

test('one crossing among 200,000 positions is found', () => {
  const count = 200_000;
  const ring = Array.from({ length: count }, (_, index) => {
    const angle = (index / count) * 2 * Math.PI;
    const radius = 10 + Math.sin(angle * 500);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  ring.push(ring[0] ?? []);
  expect(selfIntersection([ring])).toBeNull();
  const broken = [...ring];
  [broken[1000], broken[1001]] = [ring[1001] ?? [], ring[1000] ?? []];
  const found = selfIntersection([broken]);
  expect(found?.[0]).toBeCloseTo(ring[1000]?.[0] ?? 0, 1);
});
