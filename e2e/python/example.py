"""
Runs an example that the Python client ships, as it is: only the address and the password are ours.

    example.py MODULE [NAME ...]

The last line it prints is JSON with the values that the example leaves in those names.
"""

import json
import os
import runpy
import sys

import fusion_platform

_login = fusion_platform.login


def login(**_):
    return _login(
        email=os.environ["FUSION_EMAIL"],
        password=os.environ["FUSION_PASSWORD"],
        api_url=os.environ["FUSION_URL"],
    )


fusion_platform.login = login
left = runpy.run_module(f"fusion_platform.{sys.argv[1]}", run_name="__main__")
print(json.dumps({name: left[name] for name in sys.argv[2:]}, default=float))
