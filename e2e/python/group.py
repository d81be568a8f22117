"""A region in slices with the Python client: the group, its components, the aggregate, a dispatcher, expiry and stop."""

import json
import os
import sys
import time
from datetime import datetime, timedelta, timezone

import fusion_platform

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
seen = {}

user = fusion_platform.login(
    email=os.environ["FUSION_EMAIL"], password=os.environ["FUSION_PASSWORD"], api_url=os.environ["FUSION_URL"]
)
organisation = next(user.organisations)
region = organisation.create_data(
    name="Glasgow",
    file_type=fusion_platform.FILE_TYPE_GEOJSON,
    files=[fusion_platform.EXAMPLE_GLASGOW_FILE],
    wait=True,
)
service, _ = organisation.find_services(name="Moody")
process = organisation.new_process(name="Group", service=service)
process.update(input_number=1, data=region)
process.create()
seen["counts"] = [process.non_aggregator_count, process.aggregator_count]

available = [dispatcher.name for dispatcher in process.available_dispatchers]
process.add_dispatcher(name="Post")
process.update(dispatcher_number=1, option_name="secret_key", value="right")
process.update(dispatcher_number=1, option_name="transient", value=1)
seen["dispatchers"] = {
    "available": available,
    "added": [dispatcher.name for dispatcher in process.dispatchers],
}

process.execute(wait=True)
executions = list(process.executions)
group_id = executions[0].group_id
first, found = process.find_executions(group_id=group_id)
found = sorted(found, key=lambda execution: execution.group_index)
assert len(found) == len(executions), "all executions are of the group"
for execution in found:
    execution.check_complete(wait=True)
seen["group"] = [
    {"index": e.group_index, "count": e.group_count, "success": e.success, "progress": e.progress} for e in found
]

seen["components"] = [[component.name for component in execution.components] for execution in found]
aggregate = found[-1]
for component in aggregate.components:
    for output in component.outputs:
        for file in output.files:
            path = os.path.join(folder, file.file_name)
            file.download(path=path, wait=True)
            with open(path, encoding="utf-8") as lines:
                seen["aggregate"] = lines.read().splitlines()

expiry = (datetime.now(timezone.utc) + timedelta(days=90)).replace(microsecond=0)
found[1].change_delete_expiry(expiry)
seen["expiries"] = len({e.delete_expiry for e in process.find_executions(group_id=group_id)[1]})

endless, _ = organisation.find_services(name="Endless")
second = organisation.new_process(name="Stopped", service=endless)
second.update(input_number=1, data=region)
second.create()
second.execute()
time.sleep(2)
second.stop()
stopped = list(second.executions)
for execution in stopped:
    try:
        execution.check_complete(wait=True)
    except Exception:
        pass
seen["stopped"] = [[bool(execution.stopped), execution.success] for execution in second.executions]

second.delete()
process.get()
process.stop()
process.delete()
region.delete()
seen["left"] = {"processes": sum(1 for _ in organisation.processes), "data": sum(1 for _ in organisation.data)}
print(json.dumps(seen, default=str))
