"""The public Python command with an address and a password of the test's own; nothing else is changed."""

import os
import sys

from fusion_platform.command import Command


def answer(self, prompt, is_password=False, default=None, constrained_values=None):
    """Answers what the command would ask a person for."""
    if is_password:
        return os.environ['FUSION_PASSWORD']
    return default or (constrained_values[0] if constrained_values else None)


Command.DEPLOYMENTS['test'] = {'url': os.environ['FUSION_URL'], 'stage': 'test', 'region': 'none'}
Command._Command__get_input = answer
sys.argv = ['fusion_platform', *sys.argv[1:]]
Command().main()
