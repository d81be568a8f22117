"""The command line of the Python client, as it is: only a deployment of ours is added to those that it knows."""

import os

from fusion_platform.command import Command

Command.DEPLOYMENTS["ours"] = {"url": os.environ["FUSION_URL"], "stage": "ours", "region": "here"}
Command().main()
