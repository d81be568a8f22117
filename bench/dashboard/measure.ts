import type { Page } from 'playwright-core';

/** Times in milliseconds, the medians of all rounds. */
export interface Measured {
  readonly open: number;
  readonly longestFrame: number;
  readonly frames: number;
  /** Of all rounds, how many frames took longer than 50 ms. */
  readonly late: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** How long until the first row is there, and how long frames take while all of it is scrolled through, in some rounds. */
export async function openAndScroll(
  page: Page,
  open: () => Promise<unknown>,
  { row, scroller, rounds }: { readonly row: string; readonly scroller: string; readonly rounds: number },
): Promise<Measured> {
  const opened: number[] = [];
  const scrolled: number[][] = [];
  for (let i = 0; i < rounds; i += 1) {
    const begun = performance.now();
    await open();
    await page.locator(row).first().waitFor({ timeout: 60_000 });
    opened.push(performance.now() - begun);
    await page.waitForTimeout(1000);
    scrolled.push(await page.locator(scroller).first().evaluate(scrollThrough));
  }
  return {
    open: median(opened),
    longestFrame: median(scrolled.map((frames) => Math.max(...frames))),
    frames: scrolled.flat().length,
    late: scrolled.flat().filter((time) => time > 50).length,
  };
}

/** Runs in the page: the times of frames while a list goes from its top to its end. */
async function scrollThrough(node: Element): Promise<number[]> {
  const times: number[] = [];
  let last = performance.now();
  const steps = 120;
  for (let i = 0; i <= steps; i += 1) {
    node.scrollTop = ((node.scrollHeight - node.clientHeight) * i) / steps;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  // The first one began before the scrolling.
  return times.slice(1);
}

/** The same rows as a table that is simply there, as a page without windows of rows has it. */
export async function plainPage(page: Page, rows: readonly (readonly string[])[]): Promise<void> {
  await page.goto('about:blank');
  await page.evaluate((all) => {
    const table = document.createElement('table');
    for (const cells of all) {
      const line = table.insertRow();
      for (const text of cells) line.insertCell().textContent = text;
    }
    document.body.append(table);
  }, rows);
}

/** What it takes to open a page that the browser has never seen: requests, and bytes of script as they are sent. */
export async function costOf(
  page: Page,
  url: string,
): Promise<{ readonly calls: number; readonly files: number; readonly script: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts = new Set<string>();
  const asked: string[] = [];
  let script = 0;
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const path = new URL(request.url).pathname;
    asked.push(path);
    if (path.endsWith('.js')) scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) script += encodedDataLength;
  });
  await page.goto(url);
  await page.locator('h1').waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'), undefined, { timeout: 30_000 });
  await page.waitForLoadState('networkidle', { timeout: 2000 }).catch(() => undefined);
  await session.detach();
  const calls = asked.filter((one) => !one.startsWith('/assets/')).length;
  return { calls, files: asked.length - calls, script };
}
