import type { CommandDefinition } from '../../command/index.ts';

export const login: CommandDefinition = {
  name: 'login',
  summary: 'Log in at a platform',
  description:
    'Logs in and keeps the session for a day in a file that only you can read. The password is never shown nor kept. What it logged in to becomes a profile, which the commands that follow use.',
  platform: true,
  examples: [
    ['fusion-platform login', 'asks for platform, e-mail address and password'],
    ['fusion-platform login -y http://127.0.0.1:8080 -e analyst@example.com', 'asks for the password alone'],
    ['fusion-platform login --profile work -y production-irl', 'keeps it under a name of your own'],
    ['fusion-platform login --password-stdin < password.txt', 'for scripts; FUSION_PASSWORD works too'],
  ],
  configure: (command) => void command.option('--password-stdin', 'read the password from standard input'),
  load: async () => (await import('./run.ts')).run,
};
