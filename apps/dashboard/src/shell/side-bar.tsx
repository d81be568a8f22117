import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import icon from '../icon.svg';
import { useSignedIn } from '../session/context.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';
import { chooseTheme, useTheme } from './theme.ts';
import type { Theme } from './theme.ts';

const pages = [
  { to: '/o/$org', name: 'Home', icon: 'home' },
  { to: '/o/$org/runs', name: 'Runs', icon: 'runs' },
  { to: '/o/$org/processes', name: 'Processes', icon: 'processes' },
  { to: '/o/$org/services', name: 'Services', icon: 'services' },
  { to: '/o/$org/data', name: 'Data', icon: 'data' },
  { to: '/o/$org/organisation', name: 'Organisation', icon: 'organisation' },
] as const satisfies readonly { readonly to: string; readonly name: string; readonly icon: IconName }[];

export function SideBar({
  open,
  toggle,
}: {
  readonly open: boolean;
  readonly toggle: () => void;
}): ReactNode {
  const { org = '' } = useParams({ strict: false });
  return (
    <nav className={open ? 'open' : ''} aria-label="Pages">
      <Link to="/o/$org" params={{ org }} className="brand">
        <img src={icon} alt="" /> Fusion platform
      </Link>
      <Button className="menu-button" small aria-expanded={open} onClick={toggle}>
        Menu
      </Button>
      <OrganisationChoice />
      <ul className="links">
        {pages.map(({ to, name, icon: picture }) => (
          <li key={to}>
            <Link to={to} params={{ org }} activeOptions={{ exact: to === '/o/$org', includeSearch: false }}>
              <Icon name={picture} />
              {name}
            </Link>
          </li>
        ))}
      </ul>
      <Foot />
    </nav>
  );
}

function OrganisationChoice(): ReactNode {
  const { organisations } = useSignedIn();
  const { org = '' } = useParams({ strict: false });
  const navigate = useNavigate();
  if (organisations.length === 1) return <div className="cut muted small">{organisations[0]?.name}</div>;
  return (
    <div className="field">
      <label className="visually-hidden" htmlFor="organisation">
        Organisation
      </label>
      <select
        id="organisation"
        value={org}
        onChange={({ target }) => void navigate({ to: '/o/$org', params: { org: target.value } })}
      >
        {!organisations.some(({ id }) => id === org) && <option value={org}>Choose …</option>}
        {organisations.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Foot(): ReactNode {
  const { user, kept, signOut } = useSignedIn();
  const theme = useTheme();
  return (
    <div className="foot">
      <div className="field">
        <label htmlFor="theme" className="small muted">
          Theme
        </label>
        <select id="theme" value={theme} onChange={({ target }) => chooseTheme(target.value as Theme)}>
          <option value="system">As the system</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </div>
      <div className="small muted cut" title={user.email}>
        {user.email}
      </div>
      {!kept && (
        <p className="small muted">
          This platform keeps no sessions of pages: you sign in after each reload.
        </p>
      )}
      <Button small onClick={() => void signOut()}>
        Sign out
      </Button>
    </div>
  );
}
