"""Downloads the log of a process's first component with the public Python client; prints the seconds it took."""

import os
import sys
import time

import fusion_platform

process_id, path = sys.argv[1:]
user = fusion_platform.login(
    email=os.environ["FUSION_EMAIL"], password=os.environ["FUSION_PASSWORD"], api_url=os.environ["FUSION_URL"]
)
organisation = next(user.organisations)
process, _ = organisation.find_processes(id=process_id)
component = next(next(process.executions).components)
started = time.monotonic()
component.download_log_file(path)
print(time.monotonic() - started)
