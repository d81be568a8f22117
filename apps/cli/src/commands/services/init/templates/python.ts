import { readme, yamlText } from './template.ts';
import type { NewService, Template } from './template.ts';

const serviceYaml = ({ name, ssdId }: NewService): string => `name: ${yamlText(name)}
ssd_id: ${ssdId} # the same for all versions
version: 1
categories: [Examples]
keywords: [Example, Slope]
command: [python3, main.py]
inputs:
  - number: 1
    file_type: GeoTIFF
    title: DEM
    description: Elevations in metres, on a grid in metres
outputs:
  - number: 1
    name: Slope
    file_type: GeoTIFF
    title: Slope
    description: How steep the land is, as a Cloud Optimised GeoTIFF; pixels at the edge have no value
options:
  - name: unit
    data_type: constrained
    value: degrees
    required: true
    validation: values=degrees,percent;names=Degrees,Percent
    title: Unit
    description: 45 degrees are 100 percent
resources: { cpu: 1, memory_mb: 1024, storage_gb: 4 }
documentation:
  summary: Works out the slope of a DEM with GDAL
`;

const main = `"""Works out the slope of a DEM with GDAL: its Python package where that is installed, else its programs."""
import json
import os
import shutil
import subprocess
import sys

try:
    from osgeo import gdal
    gdal.UseExceptions()
except ImportError:
    gdal = None


def report(progress, comment):
    """Tells how far it is. Written under another name first, so that nobody reads half of it."""
    with open("status.json.new", "w", encoding="utf-8") as file:
        json.dump({"progress": progress, "comment": comment}, file)
    os.replace("status.json.new", "status.json")


def refuse(exit_type, reason):
    """Ends the run with a sentence for the user."""
    with open("outcome.json", "w", encoding="utf-8") as file:
        json.dump({"success": False, "exit_type": exit_type, "abort_reason": reason}, file)
    print(reason, file=sys.stderr)
    sys.exit(1)


def slope_of(source, target, percent):
    """Writes the slope as a Cloud Optimised GeoTIFF."""
    slope = os.path.join("scratch", "slope.tif")
    if gdal is not None:
        options = gdal.DEMProcessingOptions(slopeFormat="percent" if percent else "degree")
        gdal.DEMProcessing(slope, source, "slope", options=options)
        gdal.Translate(target, slope, options=gdal.TranslateOptions(format="COG"))
        return
    flags = ["-p"] if percent else []
    subprocess.run(["gdaldem", "slope", source, slope, *flags, "-q"], check=True)
    subprocess.run(["gdal_translate", "-q", "-of", "COG", slope, target], check=True)


def main():
    with open("job.json", encoding="utf-8") as file:
        job = json.load(file)
    if gdal is None and not (shutil.which("gdaldem") and shutil.which("gdal_translate")):
        refuse("no_gdal", "This service needs GDAL: install its programs (gdal-bin) or its Python package (python3-gdal)")
    files = job["inputs"][0]["files"]
    os.makedirs("outputs/1", exist_ok=True)
    for index, item in enumerate(files):
        print(f"Slope of {item['name']} in {job['options']['unit']}", flush=True)
        report(100 * index // len(files), item["name"])
        target = os.path.join("outputs", "1", os.path.splitext(item["name"])[0] + "-slope.tif")
        slope_of(item["path"], target, job["options"]["unit"] == "percent")


main()
`;

/** A plane that rises by 3 m east and 4 m north each 10 m: its slope is 50 percent everywhere. */
async function sampleDem(): Promise<Uint8Array> {
  const { writeArrayBuffer } = await import('geotiff');
  const [width, height, pixel] = [40, 30, 10];
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1)
      values[row * width + column] = 100 + 3 * column + 4 * (height - 1 - row);
  const bytes = writeArrayBuffer(values, {
    width,
    height,
    BitsPerSample: [32],
    SampleFormat: [3],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 1,
    ModelPixelScale: [pixel, pixel, 0],
    ModelTiepoint: [0, 0, 0, 420_000, 6_190_000, 0],
    GTModelTypeGeoKey: 1,
    GTRasterTypeGeoKey: 1,
    ProjectedCSTypeGeoKey: 32_630,
    GTCitationGeoKey: 'WGS 84 / UTM zone 30N',
  });
  return new Uint8Array(bytes);
}

export const python: Template = {
  sample: { path: 'sample/dem.tif', make: sampleDem },
  files: (service) => ({
    'service.yaml': serviceYaml(service),
    'main.py': main,
    'README.md': readme(service, {
      run: '`main.py` is the program. It needs Python 3 and GDAL.',
      option: 'dem.tif --option unit=percent',
    }),
  }),
};
