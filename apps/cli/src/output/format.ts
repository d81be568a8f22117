const steps = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A size with its unit, in powers of 1000: `1.2 GB`. */
export function bytes(size: number | undefined): string {
  if (size === undefined) return '-';
  let value = size;
  let step = 0;
  while (value >= 999.5 && step < steps.length - 1) {
    value /= 1000;
    step += 1;
  }
  return `${step === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${steps[step]}`;
}

const binarySteps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size in powers of 1024, as memory and scratch space are given out, so that 256 is not told as 268: `256 MiB`. */
export function binaryBytes(size: number): string {
  let value = size;
  let step = 0;
  while (value >= 1023.5 && step < binarySteps.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${step === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${binarySteps[step]}`;
}

/** A length of time: `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '-';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return two(Math.floor(whole / 3600), 'h', Math.round((whole % 3600) / 60), 'min');
  return two(Math.floor(whole / 86_400), 'd', Math.round((whole % 86_400) / 3600), 'h');
}

const two = (a: number, unitA: string, b: number, unitB: string): string =>
  b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`;

/** A moment in the zone of this machine: `2026-03-04 17:05:09`. */
export function moment(date: Date | string | undefined): string {
  if (date === undefined) return '-';
  const at = new Date(date);
  const n = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${n(at.getMonth() + 1)}-${n(at.getDate())} ${n(at.getHours())}:${n(at.getMinutes())}:${n(at.getSeconds())}`;
}

/** Seconds between two moments; until now when the second is missing. */
export function secondsBetween(
  from: Date | string | undefined,
  to: Date | string | undefined,
): number | undefined {
  if (from === undefined) return undefined;
  return Math.max(
    0,
    ((to === undefined ? Date.now() : new Date(to).getTime()) - new Date(from).getTime()) / 1000,
  );
}

export function credits(amount: number | string | undefined): string {
  if (amount === undefined) return '-';
  return Number(amount).toLocaleString('en-GB', { maximumFractionDigits: 6 });
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}
