interface Ids {
  readonly intermediate?: boolean | null | undefined;
  readonly id: string;
  readonly name: string;
  readonly organisation_id: string;
  readonly process_id: string;
  readonly process_execution_id: string;
}

/** A script that gets a component, its log and its outputs. Passwords come from the environment. */
export const snippets = {
  TypeScript: (
    { id, organisation_id: organisation }: Ids,
    url: string,
  ): string => `import { login } from 'fusion-platform';

const { user } = await login({
  apiUrl: '${url}',
  email: process.env.FUSION_EMAIL,
  password: process.env.FUSION_PASSWORD,
});
const { first: organisation } = await user.findOrganisations({ id: '${organisation}' });
const component = await organisation.component('${id}');
await component.downloadLogFile('log.csv');
for await (const output of component.outputs())
  for await (const file of output.files()) await file.download({ path: file.file_name });
`,
  Python: (
    { id, organisation_id: organisation, process_id: process, process_execution_id: execution }: Ids,
    url: string,
  ): string => `import os
import fusion_platform

user = fusion_platform.login(
    email=os.environ["FUSION_EMAIL"], password=os.environ["FUSION_PASSWORD"], api_url="${url}"
)
organisation, _ = user.find_organisations(id="${organisation}")
process, _ = organisation.find_processes(id="${process}")
execution, _ = process.find_executions(id="${execution}")
component = next(c for c in execution.components if str(c.id) == "${id}")
component.download_log_file("log.csv")
for output in component.outputs:
    for file in output.files:
        file.download(file.file_name)
`,
  'Command line': (
    { id, name, intermediate, process_execution_id: execution }: Ids,
    url: string,
  ): string => `export FUSION_URL=${url}
fusion-platform login -e you@example.com
fusion-platform why ${id}
fusion-platform logs ${id} --csv > log.csv
fusion-platform metrics ${id} --csv > metrics.csv
fusion-platform download ${execution} -c ${quoted(name)}${intermediate ? ' -m' : ''} --to outputs
`,
  curl: (
    { id, organisation_id: organisation }: Ids,
    url: string,
  ): string => `TOKEN=$(curl -s ${url}/users/login -H 'content-type: application/json' \\
  -d "{\\"User\\": {\\"email\\": \\"$FUSION_EMAIL\\", \\"password\\": \\"$FUSION_PASSWORD\\"}}" | jq -r .access_token)
curl -s -H "Authorization: Bearer $TOKEN" \\
  ${url}/organisations/${organisation}/process_service_executions/${id} | jq
`,
} as const;

/** A name as one word of a shell, whatever is in it. */
const quoted = (name: string): string => `'${name.replaceAll("'", `'\\''`)}'`;
