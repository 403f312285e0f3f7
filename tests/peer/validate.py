"""Is a JSON file as a JSON Schema says?  validate.py SCHEMA FILE: 0, or 1 and
the first thing that is wrong."""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)
with open(sys.argv[2], encoding="utf-8") as f:
    data = json.load(f)
validator = jsonschema.validators.validator_for(schema)
if validator is not jsonschema.Draft202012Validator:
    sys.exit("the schema is of another draft")
validator.check_schema(schema)
for error in validator(schema).iter_errors(data):
    print("/".join(map(str, error.absolute_path)) + ": " + error.message)
    sys.exit(1)
