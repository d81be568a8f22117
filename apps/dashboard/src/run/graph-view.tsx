import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

import { counted } from '../format/number.ts';
import { CountsBar, ProgressBar } from '../ui/progress-bar.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import type { Graph, GraphNode } from './graph.ts';
import { nodeSize } from './graph-size.ts';
import type { Layout } from './graph-size.ts';
import { TimeTaken } from './time-taken.tsx';
import { useLayout } from './use-layout.ts';
import './graph.css';

const narrowest = 700;

/** The chain with its live states. */
export function GraphView({
  graph,
  org,
  run,
}: {
  readonly graph: Graph;
  readonly org: string;
  readonly run: string;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const [down, setDown] = useState(() => window.innerWidth < narrowest);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) =>
      setDown((entry?.contentRect.width ?? narrowest) < narrowest),
    );
    if (place.current) watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  const layout = useLayout(graph, down);
  return (
    <div ref={place} className="graph" style={{ minHeight: nodeSize.height + 8 }}>
      {layout && (
        <div style={{ width: layout.width, height: layout.height, position: 'relative' }}>
          <svg width={layout.width} height={layout.height} aria-hidden="true">
            <defs>
              <marker
                id="arrow"
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto"
              >
                <path d="M0 0 8 4 0 8z" fill="var(--line-strong)" />
              </marker>
            </defs>
            {graph.edges.map(([from, to]) => (
              <path key={`${from} ${to}`} d={edgePath(layout, from, to, down)} markerEnd="url(#arrow)" />
            ))}
          </svg>
          <ol className="graph-nodes">
            {graph.nodes.map((node) => (
              <Node key={node.id} node={node} org={org} run={run} at={layout.places[node.id]!} />
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}

function edgePath({ places }: Layout, from: string, to: string, down: boolean): string {
  const [a, b] = [places[from], places[to]];
  if (!a || !b) return '';
  const { width, height } = nodeSize;
  if (down) {
    const [y1, y2] = [a.y + height / 2, b.y - height / 2 - 2];
    return `M${a.x} ${y1} C${a.x} ${(y1 + y2) / 2} ${b.x} ${(y1 + y2) / 2} ${b.x} ${y2}`;
  }
  const [x1, x2] = [a.x + width / 2, b.x - width / 2 - 2];
  return `M${x1} ${a.y} C${(x1 + x2) / 2} ${a.y} ${(x1 + x2) / 2} ${b.y} ${x2} ${b.y}`;
}

function Node({
  node,
  org,
  run,
  at,
}: {
  readonly node: GraphNode;
  readonly org: string;
  readonly run: string;
  readonly at: { readonly x: number; readonly y: number };
}): ReactNode {
  const { components, state, name, counts } = node;
  const [only] = components;
  const one = components.length === 1;
  return (
    <li
      className={`graph-node ${state}`}
      style={{
        transform: `translate(${at.x - nodeSize.width / 2}px, ${at.y - nodeSize.height / 2}px)`,
        ...nodeSize,
      }}
    >
      {one ? (
        <Link title={name} to="/o/$org/components/$component" params={{ org, component: only!.id }}>
          {name}
        </Link>
      ) : (
        <Link title={name} to="/o/$org/runs/$run" params={{ org, run }} search={{ tab: 'executions' }}>
          {name}
        </Link>
      )}
      <div className="row">
        <StateBadge state={state} />
        <span className="small muted tabular">
          {one ? <TimeTaken component={only!} /> : counted(components.length, 'slice')}
        </span>
      </div>
      {one ? (
        <ProgressBar percent={node.progress} state={state} label={`Progress of ${name}`} />
      ) : (
        <CountsBar counts={counts} />
      )}
    </li>
  );
}
