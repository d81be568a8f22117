import { graphlib, layout } from '@dagrejs/dagre';

import { nodeSize } from './graph-size.ts';
import type { Layout, LayoutAsked } from './graph-size.ts';

/** Where the nodes of a graph go, in pixels. */
export function layOut({ nodes, edges, down }: LayoutAsked): Layout {
  const graph = new graphlib.Graph();
  graph.setGraph({
    rankdir: down ? 'TB' : 'LR',
    nodesep: 20,
    ranksep: down ? 28 : 52,
    marginx: 4,
    marginy: 4,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node, { ...nodeSize });
  for (const [from, to] of edges) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    places: Object.fromEntries(
      nodes.map((node) => {
        const { x, y } = graph.node(node) as { x: number; y: number };
        return [node, { x, y }];
      }),
    ),
  };
}
