"""
Whether what runs of the quickstart left behind is right, and the same in each: check.py FOLDER ...

Rasters are read by rasterio and tables by Python's csv, not by anything of this project.
"""

import csv
import pathlib
import sys
import warnings

import numpy
import rasterio
from rasterio.errors import NotGeoreferencedWarning

# The middles of pixels within the region of Glasgow, as GDAL counts them: 720 columns and 540 rows.
PIXELS = 388_800

faults = []
# A picture lies nowhere.
warnings.simplefilter("ignore", NotGeoreferencedWarning)


def expect(what, found, right):
    if found != right:
        faults.append(f"{what}: {found}, not {right}")


def table(path):
    if not path.is_file():
        faults.append(f"{path}: is not there")
        return []
    with open(path, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows:
        faults.append(f"{path}: has no rows")
    return rows


def check(folder):
    """The raster's values, mask and place, and the row of statistics."""
    components = sorted(path for path in folder.iterdir() if path.is_dir())
    expect(f"{folder}: components", [path.name for path in components], ["1_DEM_Ingester", "2_Elevation"])
    for component in components:
        for record in table(component / "logs.csv"):
            if not (record.get("logged_at") and record.get("message")):
                faults.append(f"{component}/logs.csv: {record}")
        samples = table(component / "metrics.csv")
        used = [float(row["memory_total_bytes"]) - float(row["memory_free_bytes"]) for row in samples]
        if not max(used, default=0) > 1e6:
            faults.append(f"{component}/metrics.csv: no more than {max(used, default=0)} bytes of memory")
    last = folder / "2_Elevation"
    with rasterio.open(last / "elevation_relief.png") as picture:
        if min(picture.shape) < 100:
            faults.append(f"{last}/elevation_relief.png: only {picture.shape} pixels")
    [statistics] = table(last / "elevation_statistics.csv")
    with rasterio.open(last / "elevation.tif") as source:
        values = source.read(1, masked=True)
        place = (str(source.crs), source.shape, tuple(source.transform))
    expect(f"{last}/elevation.tif: pixels", int(values.count()), PIXELS)
    expect(f"{last}/elevation_statistics.csv: count", int(statistics["count"]), PIXELS)
    for name, right in [("minimum", values.min()), ("maximum", values.max()), ("mean", values.mean(dtype=float))]:
        if abs(float(statistics[name]) - right) > 1e-6 * max(1, abs(right)):
            faults.append(f"{last}/elevation_statistics.csv: {name}: {statistics[name]}, not {right}")
    print(f"{folder}: {values.count()} pixels, {values.min()} to {values.max()} m, {values.mean(dtype=float)} on average")
    return values, place, statistics


first, *others = [(name, check(pathlib.Path(name))) for name in sys.argv[1:]]
for name, (values, place, statistics) in others:
    beside = f"{name} beside {first[0]}"
    expect(f"{beside}: place", place, first[1][1])
    if place == first[1][1]:
        differ = int(numpy.count_nonzero(values.filled(-1e9) != first[1][0].filled(-1e9)))
        expect(f"{beside}: pixels that differ", differ, 0)
    expect(f"{beside}: statistics", statistics, first[1][2])

for fault in faults:
    print(f"WRONG  {fault}")
sys.exit(1 if faults else 0)
