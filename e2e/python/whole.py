"""Every step of an analyst's session with the Python client, each checked; prints one line of JSON with what it saw."""

import json
import os
import sys
import time

import fusion_platform

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
seen = {}

user = fusion_platform.login(
    email=os.environ["FUSION_EMAIL"], password=os.environ["FUSION_PASSWORD"], api_url=os.environ["FUSION_URL"]
)
organisation = next(user.organisations)
seen["organisation"] = organisation.name
seen["credits_before"] = float(organisation.credit.any_credits)

region = organisation.create_data(
    name="Glasgow",
    file_type=fusion_platform.FILE_TYPE_GEOJSON,
    files=[fusion_platform.EXAMPLE_GLASGOW_FILE],
    wait=True,
)
region_file = next(region.files)
seen["region"] = {
    "crs": region_file.crs,
    "publishable": region_file.publishable,
    "polygons": region_file.polygons,
    "area": float(region_file.area),
}
found, _ = organisation.find_data(name="Glas")
assert found.id == region.id, "the region is found by the beginning of its name"
copy = region.copy("Glasgow again")
assert copy.id != region.id
copy.delete()

service, services = organisation.find_services(keyword="Elevation")
assert service.id in [s.id for s in services]
process = organisation.new_process(name="Whole", service=service)
seen["options"] = [option.name for option in process.options]
process.update(input_number=1, data=region)
process.create()
seen["price"] = float(process.price)
assert process.process_status == "draft"
assert next(organisation.find_processes(name="Who")[1]).id == process.id

process.execute(wait=True)
execution = next(process.executions)
execution.check_complete(wait=True)
seen["execution"] = {"success": execution.success, "progress": execution.progress}
first, _ = process.find_executions(id=execution.id)
assert first == execution

seen["components"] = []
for component in execution.components:
    log = os.path.join(folder, f"{component.chain_index}.csv")
    component.download_log_file(log)
    files = []
    for number, output in enumerate(component.outputs):
        for file in output.files:
            path = os.path.join(folder, str(component.chain_index), str(number), file.file_name)
            file.download(path=path, wait=True)
            files.append({"name": file.file_name, "type": file.file_type, "size": file.size, "bytes": os.path.getsize(path)})
            if getattr(file, "preview_file_id", None):
                preview = path + ".png"
                file.download(path=preview, preview=True, wait=True)
                with open(preview, "rb") as picture:
                    assert picture.read(8) == b"\x89PNG\r\n\x1a\n"
    with open(log, encoding="utf-8") as lines:
        header = lines.readline().strip()
        records = sum(1 for _ in lines)
    seen["components"].append(
        {
            "name": component.name,
            "intermediate": component.intermediate,
            "success": component.success,
            "runtime": component.runtime,
            "memory": float(component.memory),
            "samples": len(component.metrics),
            "inputs": sum(1 for _ in component.inputs),
            "files": files,
            "log": {"header": header, "records": records},
        }
    )

try:
    region.delete()
    seen["delete_of_used_data"] = "allowed"
except Exception as error:
    seen["delete_of_used_data"] = str(error)

process.get()
deadline = time.time() + 300
while process.process_status != "stop" and time.time() < deadline:
    time.sleep(1)
    process.get()
seen["status_after"] = process.process_status

seen["credits_after"] = float(organisation.credit.any_credits)
process.delete()
region.delete()
seen["left"] = {"processes": sum(1 for _ in organisation.processes), "data": sum(1 for _ in organisation.data)}
print(json.dumps(seen))
