import type { ProcessServiceExecution } from 'fusion-platform';
import { useState } from 'react';
import type { ReactNode } from 'react';

import { Button } from '../ui/button.tsx';
import { Panel } from '../ui/panel.tsx';
import { snippets } from './snippets.ts';
import './component.css';

type Language = keyof typeof snippets;

/** The same as a script: in TypeScript, in Python, and in a shell. */
export function Snippet({ component }: { readonly component: ProcessServiceExecution }): ReactNode {
  const [language, setLanguage] = useState<Language>('TypeScript');
  const [copied, setCopied] = useState(false);
  const text = snippets[language](component, location.origin);
  return (
    <Panel
      title="The same in a script"
      side={
        <>
          <div className="chips" role="group" aria-label="Language">
            {(Object.keys(snippets) as Language[]).map((name) => (
              <button
                key={name}
                type="button"
                className="chip"
                aria-pressed={name === language}
                onClick={() => {
                  setLanguage(name);
                  setCopied(false);
                }}
              >
                {name}
              </button>
            ))}
          </div>
          <Button small onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        </>
      }
    >
      <pre className="snippet" tabIndex={0} aria-label={`In ${language}`}>
        {text}
      </pre>
    </Panel>
  );
}
