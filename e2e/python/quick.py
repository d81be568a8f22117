"""Runs the quick example that the Python client ships, as it is: only the address and the password are ours."""

import os
import runpy

import fusion_platform

_login = fusion_platform.login


def login(**_):
    return _login(
        email=os.environ["FUSION_EMAIL"],
        password=os.environ["FUSION_PASSWORD"],
        api_url=os.environ["FUSION_URL"],
    )


fusion_platform.login = login
runpy.run_module("fusion_platform.quick_example", run_name="__main__")
