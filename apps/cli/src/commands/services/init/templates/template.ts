/** What a new folder is made of. */
export interface Template {
  /** Texts by path below the folder. */
  readonly files: (service: NewService) => Readonly<Record<string, string>>;
  /** The sample input: a file below the folder. */
  readonly sample: { readonly path: string; readonly make: () => Promise<string | Uint8Array> };
}

export interface NewService {
  readonly name: string;
  readonly ssdId: string;
}

/** The same ten lines for every language. */
export function readme({ name }: NewService, { run, option }: { run: string; option: string }): string {
  return `# ${name}

\`service.yaml\` says what the service takes, runs and gives; ${run}

    fusion-platform services check .                                  # what is wrong, by file and line
    fusion-platform services try . --input sample/${option}
    fusion-platform services publish .                                # a version of it on a platform

Raise \`version\` in \`service.yaml\` before each publishing: a published version never changes. Keep \`ssd_id\`.
`;
}

/** A text as YAML takes it, whatever is in it. */
export const yamlText = (text: string): string => JSON.stringify(text);
