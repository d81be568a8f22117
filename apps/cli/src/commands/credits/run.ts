import type { Cli } from '../../command/index.ts';
import { credits, oneLine } from '../../output/index.ts';

const purses = {
  any_credits: 'for anything',
  runtime_any_credits: 'for any execution',
  cloud_storage_credits: 'for data storage',
  registry_storage_credits: 'for image storage',
} as const;

export async function run(cli: Cli): Promise<void> {
  const { organisation } = await cli.open();
  const credit = await organisation.credit({ signal: cli.signal });
  cli.out.result({
    json: { organisation: { id: organisation.id, name: organisation.name }, ...credit.toJSON() },
    ids: [String(credit.any_credits)],
    text: ({ colours }) =>
      [
        colours.bold(oneLine(organisation.name)),
        ...Object.entries(purses).map(([field, title]) =>
          amount(credit[field as keyof typeof purses], title),
        ),
        ...(credit.runtime_ssds ?? []).map((one) => amount(one.credits, `for ${one.ssds.join(', ')}`)),
        ...(credit.spend ?? []).map(({ month, credits: spent }) =>
          amount(spent, `spent in ${month.slice(0, 7)}`),
        ),
      ].join('\n'),
  });
}

const amount = (value: number | undefined, title: string): string =>
  `${credits(value ?? 0).padStart(14)}  ${title}`;
