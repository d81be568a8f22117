import { chargeStorage } from './accounts/index.ts';

const longestTimeout = 2 ** 31 - 1;

/** Charges for storage now and at the beginning of each day. @returns what ends it */
export function chargeDaily(...charges: Parameters<typeof chargeStorage>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let charging: Promise<void> = Promise.resolve();
  const charge = async (): Promise<void> => {
    const next = await chargeStorage(...charges);
    if (ended) return;
    timer = setTimeout(
      () => {
        charging = charge();
      },
      Math.min(next, longestTimeout),
    );
    timer.unref();
  };
  charging = charge();
  return async () => {
    ended = true;
    clearTimeout(timer);
    await charging;
  };
}
