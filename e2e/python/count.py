"""How many pixels of each value a raster has, to rasterio: JSON with the values as names."""

import collections
import json
import sys

import rasterio

with rasterio.open(sys.argv[1]) as source:
    values = source.read(1).ravel().tolist()
print(json.dumps(collections.Counter(values)))
