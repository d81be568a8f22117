"""Validates STAC documents with PySTAC, without a network: the schemas of extensions come from a folder.

validate_stac.py SCHEMAS DOCUMENT... prints a JSON object: for each document the schemas that it was held against, or
what is wrong with it.
"""

import json
import sys
from pathlib import Path

import pystac
from pystac.validation import set_validator, validate_dict
from pystac.validation.stac_validator import JsonSchemaSTACValidator


class Offline(pystac.stac_io.DefaultStacIO):
    def read_text(self, source, *args, **kwargs):
        raise FileNotFoundError(f"{source} is not among the stored schemas")


schemas, documents = Path(sys.argv[1]), sys.argv[2:]
pystac.StacIO.set_default(Offline)
validator = JsonSchemaSTACValidator()
for path in schemas.glob("*.json"):
    schema = json.loads(path.read_text())
    address = schema.get("$id", "").rstrip("#")
    # PySTAC brings the schemas of the core itself.
    if address not in validator.schema_cache:
        validator.schema_cache[address] = schema
# The projection extension refers to it for a field that is not used here.
projjson = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://proj.org/schemas/v0.7/projjson.schema.json"}
validator.schema_cache[projjson["$id"]] = projjson
set_validator(validator)

found = {}
for document in documents:
    try:
        found[document] = validate_dict(json.loads(Path(document).read_text()))
    except pystac.errors.STACValidationError as error:
        found[document] = str(error)
print(json.dumps(found))
