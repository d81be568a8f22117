"""How much land of each steepness there is in a DEM: the slope by GDAL, then the area of each class of it.

GDAL is used through its Python package where that is installed, else through its programs; the result is the same.
"""
import array
import bisect
import csv
import json
import os
import shutil
import subprocess
import sys

try:
    from osgeo import gdal, osr

    gdal.UseExceptions()
except ImportError:
    gdal = None

NODATA = -9999.0


class Refusal(Exception):
    """What is asked cannot be done; its text is for the user."""


def report(progress, comment):
    """Tells how far it is. Written under another name first, so that nobody reads half of it."""
    with open("status.json.new", "w", encoding="utf-8") as file:
        json.dump({"progress": progress, "comment": comment}, file)
    os.replace("status.json.new", "status.json")


def read_limits(text):
    """The limits of the classes in percent, rising."""
    try:
        limits = [float(part) for part in text.split(",")]
    except ValueError:
        raise Refusal(f'limits: "{text}" is no list of numbers') from None
    if not limits or limits[0] <= 0 or any(a >= b for a, b in zip(limits, limits[1:])):
        raise Refusal(f'limits: "{text}" does not rise from above 0')
    return limits


def describe(path):
    """Width, height, the sides of a pixel, and whether these are metres."""
    if gdal is not None:
        data = gdal.Open(path)
        transform, wkt = data.GetGeoTransform(), data.GetProjection()
        reference = osr.SpatialReference(wkt) if wkt else None
        metres = reference is not None and reference.IsProjected() and reference.GetLinearUnits() == 1
        return data.RasterXSize, data.RasterYSize, abs(transform[1]), abs(transform[5]), metres
    run = subprocess.run(["gdalinfo", "-json", path], check=True, capture_output=True, text=True)
    told = json.loads(run.stdout)
    transform = told.get("geoTransform", [0, 0, 0, 0, 0, 0])
    wkt = told.get("coordinateSystem", {}).get("wkt", "")
    metres = wkt.startswith("PROJCRS") and 'LENGTHUNIT["metre",1' in wkt.split("CS[Cartesian", 1)[-1]
    return told["size"][0], told["size"][1], abs(transform[1]), abs(transform[5]), metres


def work_out_slope(source, target, raw):
    """Writes the slope in percent as a Cloud Optimised GeoTIFF, and its bare numbers row by row for the counting.

    Pixels at the edge have none: what GDAL makes up for the neighbours that they lack is wrong by a seventh in the corners.
    """
    slope = os.path.join("scratch", "slope.tif")
    if gdal is not None:
        options = gdal.DEMProcessingOptions(slopeFormat="percent")
        gdal.DEMProcessing(slope, source, "slope", options=options)
        gdal.Translate(target, slope, options=gdal.TranslateOptions(format="COG"))
        gdal.Translate(raw, slope, options=gdal.TranslateOptions(format="ENVI"))
        return
    subprocess.run(["gdaldem", "slope", source, slope, "-p", "-q"], check=True)
    subprocess.run(["gdal_translate", "-q", "-of", "COG", slope, target], check=True)
    subprocess.run(["gdal_translate", "-q", "-of", "ENVI", slope, raw], check=True)


def count(raw, width, height, limits):
    """The pixels of each class, read a row at a time."""
    counts = [0] * (len(limits) + 1)
    with open(raw, "rb") as file:
        for _ in range(height):
            row = array.array("f")
            row.fromfile(file, width)
            if sys.byteorder == "big":
                row.byteswap()
            for value in row:
                if value != NODATA and value == value:
                    counts[bisect.bisect_right(limits, value)] += 1
    return counts


def write_table(path, limits, counts, hectares):
    """A row for each class; the last one has no upper bound."""
    total = sum(counts)
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["class", "from_percent", "below_percent", "pixels", "area_ha", "share_percent"])
        for index, pixels in enumerate(counts):
            lower = limits[index - 1] if index > 0 else 0.0
            upper = limits[index] if index < len(limits) else ""
            share = 100 * pixels / total
            table.writerow([index + 1, lower, upper, pixels, round(pixels * hectares, 6), round(share, 6)])


def main():
    with open("job.json", encoding="utf-8") as file:
        job = json.load(file)
    programs = ["gdalinfo", "gdaldem", "gdal_translate"]
    if gdal is None and not all(shutil.which(program) for program in programs):
        raise Refusal("This service needs GDAL: install its programs (gdal-bin) or its Python package (python3-gdal)")
    limits = read_limits(job["options"]["limits"])
    files = job["inputs"][0]["files"]
    for folder in ("outputs/1", "outputs/2"):
        os.makedirs(folder, exist_ok=True)
    for index, item in enumerate(files):
        stem = os.path.splitext(item["name"])[0]
        report(100 * index // len(files), f"Slope of {item['name']}")
        width, height, size_x, size_y, metres = describe(item["path"])
        if not metres:
            raise Refusal(f"{item['name']} is not on a projected grid in metres: reproject it, e.g. to UTM")
        raw = os.path.join("scratch", "slope.raw")
        work_out_slope(item["path"], os.path.join("outputs", "1", f"{stem}-slope.tif"), raw)
        report((100 * index + 60) // len(files), f"Counting {item['name']}")
        counts = count(raw, width, height, limits)
        if sum(counts) == 0:
            raise Refusal(f"{item['name']} has no pixel with a value")
        write_table(os.path.join("outputs", "2", f"{stem}-classes.csv"), limits, counts, size_x * size_y / 10_000)
        print(f"{item['name']}: {sum(counts)} pixels in {len(counts)} classes", flush=True)


try:
    main()
except Refusal as refusal:
    with open("outcome.json", "w", encoding="utf-8") as outcome:
        json.dump({"success": False, "exit_type": "refused", "abort_reason": str(refusal)}, outcome)
    print(refusal, file=sys.stderr)
    sys.exit(1)
