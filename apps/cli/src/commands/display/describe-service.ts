import type { Service } from 'fusion-platform';

import { oneLine, printable } from '../../output/index.ts';
import type { Result, Sink } from '../../output/index.ts';

/** A service with its documentation, for people and as JSON. */
export function describeService(service: Service): Result {
  return {
    json: service.toJSON(),
    ids: [service.id],
    text: (sink) => textOf(sink, service),
  };
}

function textOf({ colours }: Sink, service: Service): string {
  const part = (title: string, text: string | undefined): string[] =>
    text?.trim()
      ? [
          colours.bold(title),
          ...printable(text.trim())
            .split('\n')
            .map((line) => `  ${line}`),
        ]
      : [];
  return [
    `${colours.bold(oneLine(service.name))}  version ${service.version}  ${colours.dim(service.id)}`,
    `  SSD: ${service.ssd_id}`,
    `  keywords: ${service.keywords.join(', ')}`,
    ...part('Summary', service.documentation_summary),
    ...part('Description', service.documentation_description),
    ...part('Assumptions', service.documentation_assumptions),
    ...part('Actions', service.documentation_actions),
    ...part('Inputs', documented(service.documentation_inputs)),
    ...part('Outputs', documented(service.documentation_outputs)),
    ...part('Options', documented(service.documentation_options)),
  ].join('\n');
}

function documented(entries: readonly string[] | undefined): string | undefined {
  return entries?.map((entry) => `- ${entry}`).join('\n');
}
