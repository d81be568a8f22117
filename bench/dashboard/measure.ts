import { chromium } from 'playwright-core';
import type { CDPSession, Page } from 'playwright-core';

import { launchOptions } from '../../e2e/dashboard/browser.ts';

/** Times in milliseconds, the medians of all rounds. */
export interface Measured {
  readonly open: number;
  /** The first round: what is looked at for the first time is in no memory yet. */
  readonly first: number;
  readonly longestFrame: number;
  readonly frames: number;
  /** Of all rounds, how many frames took longer than 50 ms. */
  readonly late: number;
  /** Of a frame, on the mean of all: what the page's thread takes of the processor, which other work changes far less. */
  readonly processor: number;
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
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  let processor = 0;
  for (let i = 0; i < rounds; i += 1) {
    const begun = performance.now();
    await open();
    await page.locator(row).first().waitFor({ timeout: 60_000 });
    opened.push(performance.now() - begun);
    await page.waitForTimeout(1000);
    const before = await threadTime(session);
    scrolled.push(await page.locator(scroller).first().evaluate(scrollThrough));
    processor += (await threadTime(session)) - before;
  }
  await session.detach();
  return {
    open: median(opened),
    first: opened[0] ?? Number.NaN,
    longestFrame: median(scrolled.map((frames) => Math.max(...frames))),
    frames: scrolled.flat().length,
    late: scrolled.flat().filter((time) => time > 50).length,
    processor: processor / scrolled.flat().length,
  };
}

/** What the page's thread has taken of the processor since it began, in milliseconds. */
async function threadTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
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

/** Rows to show: as they are, or so many of a log, which the page makes itself: to hand over a million takes longer than to show them. */
export type PlainRows = readonly (readonly string[])[] | number;

/** The same rows as a table that is simply there, as a page without windows of rows has it. */
async function plainPage(page: Page, rows: PlainRows): Promise<void> {
  await page.goto('about:blank');
  await page.evaluate((given) => {
    const table = document.createElement('table');
    const add = (cells: readonly string[]): void => {
      const line = table.insertRow();
      for (const text of cells) line.insertCell().textContent = text;
    };
    if (typeof given === 'number')
      for (let i = 1; i <= given; i += 1) add([String(i), 'record', `a line of the log, ${i}`, '']);
    else for (const cells of given) add(cells);
    document.body.append(table);
  }, rows);
}

/**
 * The plain table in a browser of its own, which is ended when it takes too long: one that is too much for a browser must not take
 * the measurement with it.
 */
export async function measurePlain(rows: PlainRows, most: number): Promise<Measured | string> {
  const server = await chromium.launchServer(launchOptions);
  let timer: NodeJS.Timeout | undefined;
  try {
    const browser = await chromium.connect(server.wsEndpoint());
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const opened = openAndScroll(page, async () => await plainPage(page, rows), {
      row: 'td',
      scroller: 'html',
      rounds: 1,
    });
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, most, `did not open and scroll within ${most / 1000} s`);
    });
    return await Promise.race([opened, late]);
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? '';
  } finally {
    clearTimeout(timer);
    await server.kill();
  }
}

export interface Cost {
  /** Requests of the API, in their order, ids left out. */
  readonly calls: readonly string[];
  readonly files: number;
  /** Bytes of script as they are sent. */
  readonly script: number;
}

const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What it takes to open a page that the browser has never seen. */
export async function costOf(page: Page, url: string): Promise<Cost> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts = new Set<string>();
  const asked: string[] = [];
  let script = 0;
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    // What is made of bytes that are here already is no request.
    if (!request.url.startsWith('http')) return;
    const path = new URL(request.url).pathname;
    asked.push(`${request.method} ${path.replaceAll(id, '…').replace(/(\/downloads\/).*/, '$1…')}`);
    if (path.endsWith('.js')) scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) script += encodedDataLength;
  });
  // An address of the same page would be no new opening.
  await page.goto('about:blank');
  asked.length = 0;
  await page.goto(url);
  await page.locator('h1').waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'), undefined, { timeout: 30_000 });
  await page.waitForLoadState('networkidle', { timeout: 2000 }).catch(() => undefined);
  await session.detach();
  const calls = asked.filter((one) => !one.includes(' /assets/'));
  return { calls, files: asked.length - calls.length, script };
}
