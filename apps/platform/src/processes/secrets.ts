import type { Process } from '@fusion-platform/contract';

type Dispatchers = NonNullable<Process['dispatchers']>;

/** What stands for a secret that is set: it can be seen that it is, not what it is. */
export const mask = '********';

/** Whether an option holds what nobody but its service should see. */
export function isSecret(name: string): boolean {
  return /secret|password|token|access_key/i.test(name);
}

/** Options with their secrets covered. */
export function withoutSecrets<
  O extends { readonly name: string; readonly value?: string | null | undefined },
>(options: readonly O[]): O[] {
  return options.map((option) =>
    isSecret(option.name) && option.value ? { ...option, value: mask } : option,
  );
}

export function coverDispatchers(dispatchers: Dispatchers): Dispatchers {
  return dispatchers.map((dispatcher) => ({
    ...dispatcher,
    options: dispatcher.options && withoutSecrets(dispatcher.options),
  }));
}

/** A client sends back what it was shown: a covered secret stays as it is stored. */
export function uncoverDispatchers(given: Dispatchers, stored: Dispatchers): Dispatchers {
  return given.map((dispatcher) => {
    const kept = stored.find(({ ssd_id }) => ssd_id === dispatcher.ssd_id);
    return {
      ...dispatcher,
      options:
        dispatcher.options?.map((option) =>
          option.value === mask && isSecret(option.name)
            ? { ...option, value: kept?.options?.find(({ name }) => name === option.name)?.value ?? null }
            : option,
        ) ?? null,
    };
  });
}
