import { useEffect, useState } from 'react';

import type { Graph } from './graph.ts';
import type { Layout, LayoutAsked } from './graph-size.ts';

/** The layout of a graph, worked out beside the page, and anew only when the graph changes its form. */
export function useLayout({ nodes, edges }: Graph, down: boolean): Layout | undefined {
  const [layout, setLayout] = useState<Layout>();
  const form = JSON.stringify([nodes.map(({ id }) => id), edges]);
  useEffect(() => {
    const [ids, arrows] = JSON.parse(form) as [LayoutAsked['nodes'], LayoutAsked['edges']];
    const worker = new Worker(new URL('layout-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Layout>) => {
      setLayout(data);
      worker.terminate();
    });
    worker.postMessage({ nodes: ids, edges: arrows, down } satisfies LayoutAsked);
    return () => worker.terminate();
  }, [form, down]);
  return layout;
}
