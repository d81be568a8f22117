import { useQuery } from '@tanstack/react-query';
import { UnsupportedError } from 'fusion-platform';
import type { ProcessServiceExecution } from 'fusion-platform';
import type { ReactNode } from 'react';

import { Button } from '../ui/button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { saveBlob } from '../ui/save-blob.ts';
import { pictureOf } from './provenance-picture.ts';
import './component.css';

const most = 12;

/** Where what it made comes from, as a picture, and as PROV-JSON to keep. */
export function ProvenancePanel({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  const query = useQuery({
    queryKey: ['provenance', component.id, component.state],
    queryFn: async ({ signal }) => await component.provenance({ signal }),
  });
  if (query.error instanceof UnsupportedError) return null;
  const save = (): void =>
    saveBlob(
      new Blob([JSON.stringify(query.data, null, 2)], { type: 'application/json' }),
      `${component.name}.prov.json`,
    );
  return (
    <Panel
      title="Where it comes from"
      side={
        <Button small disabled={!query.data} onClick={save}>
          PROV-JSON
        </Button>
      }
    >
      <Loaded query={query}>
        {(document) => {
          const { used, made, agents } = pictureOf(document);
          return (
            <div className="provenance">
              <ul className="used" aria-label="What it worked on">
                {used.slice(0, most).map((name) => (
                  <li key={name}>{name}</li>
                ))}
                {used.length > most && <li>and {used.length - most} more</li>}
              </ul>
              <div className="activity">
                <strong>{component.name}</strong>
                {agents.map((name) => (
                  <span key={name}>{name}</span>
                ))}
              </div>
              <ul aria-label="What it made">
                {made.slice(0, most).map((name) => (
                  <li key={name}>{name}</li>
                ))}
                {made.length === 0 && <li>{component.ended_at ? 'nothing' : 'nothing yet'}</li>}
              </ul>
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}
