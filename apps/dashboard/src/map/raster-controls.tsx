import type { DataFile } from 'fusion-platform';
import type { ReactNode } from 'react';

import { significant } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import type { Cog } from './cog.ts';
import { colourScaleNames, gradientOf } from './colours.ts';
import type { ColourScale } from './colours.ts';
import type { RasterStyle } from './raster-layer.ts';
import { styleOfBand } from './stretch.ts';

export interface RasterControlsProps {
  readonly files: readonly DataFile[];
  readonly chosen: number;
  readonly choose: (index: number) => void;
  readonly other: number | undefined;
  readonly compare: (index: number | undefined) => void;
  readonly cog: Cog;
  readonly file: DataFile;
  readonly style: RasterStyle;
  readonly change: (next: Partial<RasterStyle>) => void;
}

/** Which raster and band are shown, from which value to which, and in what colours. */
export function RasterControls(props: RasterControlsProps): ReactNode {
  const { files, chosen, choose, other, compare, cog, file, style, change } = props;
  const bandName = (i: number): string => file.selectors?.[i]?.selector ?? `Band ${i + 1}`;
  const picture = style.bands.length === 3;
  const chooseBand = (text: string): void => {
    if (text === 'picture') {
      change({ bands: [0, 1, 2], palette: undefined, ...(cog.isPicture ? { low: 0, high: 255 } : {}) });
      return;
    }
    change(styleOfBand(file, Number(text)));
  };
  const number = (name: 'low' | 'high', label: string): ReactNode => (
    <label className="field">
      <span>{label}</span>
      <input
        type="number"
        step="any"
        // Written anew when another band sets it; not while it is typed.
        key={`${style.bands.join()} ${style[name]}`}
        defaultValue={Number(style[name].toPrecision(6))}
        onBlur={({ target }) => {
          const value = target.valueAsNumber;
          if (Number.isFinite(value) && value !== Number(style[name].toPrecision(6)))
            change({ [name]: value });
        }}
      />
    </label>
  );
  const selector = file.selectors?.[style.bands[0] ?? 0];
  const unit = selector?.unit;
  const own = selector?.colours ?? undefined;
  return (
    <div className="map-tools">
      {files.length > 1 && (
        <label className="field">
          <span>Raster</span>
          <select value={chosen} onChange={({ target }) => choose(Number(target.value))}>
            {files.map((one, i) => (
              <option key={one.id} value={i}>
                {one.file_name ?? one.id}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="field">
        <span>Band</span>
        <select
          value={picture ? 'picture' : style.bands[0]}
          onChange={({ target }) => chooseBand(target.value)}
        >
          {cog.bandCount >= 3 && <option value="picture">Red, green, blue</option>}
          {Array.from({ length: cog.bandCount }, (_, i) => (
            <option key={i} value={i}>
              {bandName(i)}
            </option>
          ))}
        </select>
      </label>
      {!style.palette && number('low', unit ? `From (${unit})` : 'From')}
      {!style.palette && number('high', unit ? `To (${unit})` : 'To')}
      {!picture && (
        <label className="field">
          <span>Colours</span>
          <select
            value={style.palette ? '' : style.scale}
            onChange={({ target }) =>
              change(
                target.value === ''
                  ? { palette: own }
                  : { scale: target.value as ColourScale, palette: undefined },
              )
            }
          >
            {own && <option value="">its own</option>}
            {colourScaleNames.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      {style.palette && <Classes palette={style.palette} {...selector} />}
      {!picture && !style.palette && (
        <div className="legend" aria-hidden="true">
          <span>{significant(style.low, 4)}</span>
          <span className="ramp" style={{ background: gradientOf(style.scale) }} />
          <span>{significant(style.high, 4)}</span>
        </div>
      )}
      {files.length > 1 && (
        <label className="field">
          <span>Compare with</span>
          <select
            value={other ?? ''}
            onChange={({ target }) => compare(target.value === '' ? undefined : Number(target.value))}
          >
            <option value="">nothing</option>
            {files.map((one, i) => (
              <option key={one.id} value={i} disabled={i === chosen}>
                {one.file_name ?? one.id}
              </option>
            ))}
          </select>
        </label>
      )}
      <Button small onClick={() => chooseBand(picture ? 'picture' : String(style.bands[0] ?? 0))}>
        Reset
      </Button>
    </div>
  );
}

/** More classes than this are no legend any more. */
const mostClasses = 16;

/** The numbers that occur, each beside its colour. */
function Classes({
  palette,
  minimum,
  maximum,
}: {
  readonly palette: readonly string[];
  readonly minimum?: number | null | undefined;
  readonly maximum?: number | null | undefined;
}): ReactNode {
  const shown = palette
    .map((colour, value) => ({ colour, value }))
    .slice(minimum ?? 0, (maximum ?? palette.length - 1) + 1);
  return (
    <div className="legend">
      {shown.slice(0, mostClasses).map(({ colour, value }) => (
        <span key={value} className="class">
          <span style={{ background: colour }} /> {value}
        </span>
      ))}
      {shown.length > mostClasses && <span className="muted">and {shown.length - mostClasses} more</span>}
    </div>
  );
}
