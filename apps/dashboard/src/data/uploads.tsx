import type { DataProgress } from 'fusion-platform';
import { useRef, useState } from 'react';
import type { DragEvent, ReactNode } from 'react';

import { bytes } from '../format/number.ts';
import { useOrganisation } from '../shell/use-organisation.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { sendFile } from './send-file.ts';
import './data.css';

interface Upload {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly progress: DataProgress | undefined;
  /** Whether the connection is lost, and it waits to be sent again. */
  readonly lost: boolean;
  /** How often it has been begun: not every platform carries on with what was cut off. */
  readonly attempt: number;
  readonly cancel: () => void;
  readonly failure: string | undefined;
}

let count = 0;

/** How far an upload is, in words. */
function howFar({
  size,
  progress,
  lost,
  attempt,
}: Pick<Upload, 'size' | 'progress' | 'lost' | 'attempt'>): string {
  if (lost) return 'The connection is lost: it is sent again, from its start, once it is back';
  const { stage, uploaded = 0, uploads = [] } = progress ?? {};
  if (uploads.some((one) => one.lost)) {
    return `Connection lost, carrying on at ${Math.floor(uploaded * 100)} % once it is back`;
  }
  if (stage === 'analysis' || uploaded === 1) return 'being looked at …';
  return `${bytes(uploaded * size)} of ${bytes(size)}${attempt > 1 ? `, attempt ${attempt}` : ''}`;
}

/** Takes files by drop or choice. What is cut off is carried on by itself; how far each is, is shown. */
export function Uploads({ done }: { readonly done: () => void }): ReactNode {
  const organisation = useOrganisation();
  const chooser = useRef<HTMLInputElement>(null);
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [over, setOver] = useState(false);

  const put = (id: number, change: Partial<Upload>): void =>
    setUploads((before) => before.map((one) => (one.id === id ? { ...one, ...change } : one)));
  const send = async (file: File): Promise<void> => {
    const id = (count += 1);
    const gone = new AbortController();
    const { name, size } = file;
    const cancel = (): void => gone.abort();
    setUploads((before) => [
      ...before,
      { id, name, size, cancel, lost: false, attempt: 1, progress: undefined, failure: undefined },
    ]);
    try {
      await sendFile({
        organisation,
        file,
        signal: gone.signal,
        onProgress: (progress) => put(id, { progress, lost: false }),
        onLost: () =>
          setUploads((before) =>
            before.map((one) =>
              one.id === id ? { ...one, lost: true, attempt: one.attempt + 1, progress: undefined } : one,
            ),
          ),
      });
      setUploads((before) => before.filter((one) => one.id !== id));
    } catch (error) {
      if (gone.signal.aborted) setUploads((before) => before.filter((one) => one.id !== id));
      else put(id, { failure: (error as Error).message });
    }
    done();
  };
  const take = (files: Iterable<File>): void => {
    for (const file of files) void send(file);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className="row">
        <span>
          <strong>Drop files here</strong>
          <span className="muted"> GeoJSON, KML, Shapefile (zip), GeoTIFF, JPEG 2000, CSV and others</span>
        </span>
        <Button onClick={() => chooser.current?.click()}>Choose files</Button>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label="Files to upload"
          onChange={({ target }) => {
            take(target.files ?? []);
            target.value = '';
          }}
        />
      </div>
      {uploads.map(({ id, name, size, progress, lost, attempt, cancel, failure }) =>
        failure === undefined ? (
          <div key={id} className="upload" role="status">
            <span className="cut">{name}</span>
            <ProgressBar percent={(progress?.uploaded ?? 0) * 100} label={`Upload of ${name}`} />
            <span className="small muted tabular">{howFar({ size, progress, lost, attempt })}</span>
            <Button small aria-label={`Cancel the upload of ${name}`} onClick={cancel}>
              Cancel
            </Button>
          </div>
        ) : (
          <Notice key={id} kind="failed" title={`${name} was not taken`}>
            <p>{failure}</p>
            <Button small onClick={() => setUploads(uploads.filter((one) => one.id !== id))}>
              Close
            </Button>
          </Notice>
        ),
      )}
    </div>
  );
}
