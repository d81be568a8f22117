// Takes pictures of every page of the dashboard, light and dark, wide and narrow, of a platform that has much to show and
// of one that has nothing yet.
//
//   npm run script -- scripts/pictures/dashboard/main.ts --to /tmp/pictures [--only run,map] [--looks light,dark-narrow]
//
// With `--serve` the filled platform stays up and its address is printed; with `--at ADDRESS` pictures are taken of that
// one. Without `--to` the pictures go where the documentation has them.
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startSampleArchive } from '@fusion-platform/sample-archive';
import { login } from 'fusion-platform';
import type { Organisation } from 'fusion-platform';

import { launch } from '../../../e2e/dashboard/browser.ts';
import { buildForTests } from '../../../e2e/dashboard/build.ts';
import { email, password, root, startPlatform, testFolder } from '../../../e2e/support/platform.ts';
import { fill, servicesIn } from './fill.ts';
import { emptyPages, pagesOf } from './pages.ts';
import type { PictureOf } from './pages.ts';
import { looks, takeAll } from './take.ts';
import type { Look } from './take.ts';

const { values } = parseArgs({
  options: {
    to: { type: 'string', default: join(root, 'docs/pictures/dashboard') },
    only: { type: 'string' },
    looks: { type: 'string' },
    at: { type: 'string' },
    serve: { type: 'boolean', default: false },
  },
});
const wantedLooks = looks.filter(({ name }) => values.looks?.split(',').includes(name) ?? true);
/** Unless they are asked for, narrow pictures are taken of some pages alone: the documentation would be heavy. */
const isWanted = (look: Look, { narrow }: PictureOf): boolean =>
  values.looks !== undefined || look.width > 500 || narrow === true;
const only = values.only?.split(',');

await buildForTests();
if (values.at) await take(values.at, pagesOf);
else if (values.only?.startsWith('empty'))
  await withPlatform({}, async (url) => await take(url, async () => emptyPages));
else {
  const archive = await startSampleArchive({ folder: join(root, 'node_modules/.cache/sample-archive') });
  await withPlatform(
    {
      FUSION_ORGANISATION: 'Clyde Observatory',
      FUSION_SLOTS: '2',
      FUSION_S2_STAC_URL: archive.stacUrl,
      FUSION_DEM_STAC_URL: archive.stacUrl,
    },
    async (url) => {
      await fill(await organisationAt(url));
      if (values.serve) {
        console.log(`${url} as ${email} with ${password}; Ctrl-C ends it`);
        await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      } else await take(url, pagesOf);
    },
  );
  await archive.close();
  if (!values.serve && !only) await withPlatform({}, async (url) => await take(url, async () => emptyPages));
}

async function withPlatform(
  settings: Record<string, string>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const folder = await testFolder();
  const platform = await startPlatform(folder.path, {
    FUSION_SERVICES: await servicesIn(folder.path),
    ...settings,
  });
  try {
    await work(platform.url);
  } finally {
    await platform.stop();
    await folder.remove();
  }
}

async function organisationAt(url: string): Promise<Organisation> {
  const { user } = await login({ apiUrl: url, email, password, pollInterval: 500 });
  return (await user.organisations().first())!;
}

async function take(
  url: string,
  pagesFor: (organisation: Organisation) => Promise<Readonly<Record<string, PictureOf>>>,
): Promise<void> {
  const organisation = await organisationAt(url);
  const pages = Object.fromEntries(
    Object.entries(await pagesFor(organisation)).filter(([name]) => only?.includes(name) ?? true),
  );
  await mkdir(values.to, { recursive: true });
  const browser = await launch();
  try {
    for (const look of wantedLooks) {
      const shown = Object.fromEntries(Object.entries(pages).filter(([, one]) => isWanted(look, one)));
      if (Object.keys(shown).length === 0) continue;
      const faults = await takeAll(
        { browser, url, organisation: organisation.id, to: values.to },
        shown,
        look,
      );
      for (const fault of faults) console.log(`${look.name}: ${fault}`);
    }
  } finally {
    await browser.close();
  }
}
