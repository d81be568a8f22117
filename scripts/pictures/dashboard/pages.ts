import type { Organisation, Run } from 'fusion-platform';

/** A page to look at: where it is, and what has to be on it before it is whole. */
export interface PictureOf {
  readonly path: string;
  readonly ready?: string;
  /** What is done before the picture is taken. */
  readonly click?: string;
  /** Whether the whole page is taken, however tall. */
  readonly whole?: true;
  /** Whether the documentation has it as on a phone too. */
  readonly narrow?: true;
}

/** Every page, of an organisation that `fill` has filled. */
export async function pagesOf(organisation: Organisation): Promise<Readonly<Record<string, PictureOf>>> {
  const runs = await organisation.runs().toArray();
  const named = (name: string): Run => {
    const found = runs.find((run) => run.process_name === name);
    if (!found) throw new Error(`There is no run of ${name}`);
    return found;
  };
  const component = async (run: Run, state: string): Promise<string> => {
    const { executions } = await organisation.run(run.id);
    const all = executions.flatMap(({ components }) => components);
    return all.findLast((one) => one.state === state)!.id;
  };
  const terrain = named('Terrain of the central fells');
  const [slices, clouds] = [named('Four slices of Glasgow'), named('Clouds over the Lake District')];
  const [running, waiting] = [named('Change of the coast, 2016 to 2026'), named('Mosaic of April')];
  const elevation = (await organisation.findServices({ name: 'Elevation' })).first!;
  const region = (await organisation.findData({ name: 'Lake District' })).first!;
  const made = await organisation.component(await component(terrain, 'succeeded'));
  const raster = (await made.outputs().toArray())[0]!;
  const scheduled = (await organisation.findProcesses({ name: 'Terrain, every Monday' })).first!;
  return {
    home: { path: '/', narrow: true },
    runs: { path: '/runs' },
    run: { path: `/runs/${clouds.id}`, whole: true },
    'run-failed': { path: `/runs/${slices.id}`, whole: true, narrow: true },
    'run-waiting': { path: `/runs/${waiting.id}` },
    map: { path: `/runs/${clouds.id}?tab=map` },
    'map-failed': { path: `/runs/${slices.id}?tab=map` },
    executions: { path: `/runs/${clouds.id}?tab=executions` },
    component: { path: `/components/${made.id}`, whole: true },
    'component-failed': { path: `/components/${await component(slices, 'failed')}`, whole: true },
    'component-running': { path: `/components/${await component(running, 'running')}`, whole: true },
    processes: { path: '/processes' },
    process: { path: `/processes/${terrain.process_id}` },
    'process-scheduled': { path: `/processes/${scheduled.id}` },
    services: { path: '/services' },
    service: { path: `/services/${elevation.id}`, whole: true },
    data: { path: '/data' },
    draw: { path: '/data', click: 'Draw a region' },
    'data-item': { path: `/data/${raster.id}` },
    'data-region': { path: `/data/${region.id}` },
    organisation: { path: '/organisation', whole: true },
  };
}

/** The pages that an organisation has before it has done anything. */
export const emptyPages: Readonly<Record<string, PictureOf>> = {
  'empty-home': { path: '/' },
  'empty-runs': { path: '/runs' },
  'empty-processes': { path: '/processes' },
  'empty-data': { path: '/data' },
  'empty-organisation': { path: '/organisation' },
  'nothing-here': { path: '/runs/00000000-0000-4000-8000-000000000000' },
};
