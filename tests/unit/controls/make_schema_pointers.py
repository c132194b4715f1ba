#!/usr/bin/env python3
"""Writes schema_pointers.txt: every field that the JSON schema of the OCI runtime specification names.

    make_schema_pointers.py SCHEMA_FOLDER > schema_pointers.txt

A line is a pointer and what stands there: text, number, boolean, list, object or map.
SCHEMA_FOLDER is schema/ of the specification's sources at the version that the first line of the output
states. `*` stands for any item of a list and any key of a map. A section whose file is not in the folder
(those of other platforms) gives one line, with `anything`. To be run by hand when a new version comes out; the
test then
says which rows controls/fields_*.h lacks.
"""
import json
import pathlib
import sys


def load(folder, name):
    path = folder / name
    return json.loads(path.read_text()) if path.exists() else None


def follow(folder, name, reference):
    """The file and node that `reference`, found in `name`, means; None for a file that is not there."""
    target, _, inside = reference.partition("#")
    target = target or name
    node = load(folder, target)
    for token in inside.strip("/").split("/"):
        node = None if node is None else node[token]
    return target, node


KINDS = {"string": "text", "integer": "number", "boolean": "boolean", "array": "list"}


def note(node, pointer, found):
    kind = KINDS.get(node.get("type"))
    if "patternProperties" in node or "additionalProperties" in node:
        kind = "map"
    elif "properties" in node:
        kind = "object"
    if found.get(pointer) in (None, "anything"):
        found[pointer] = kind or "anything"


def walk(folder, name, node, pointer, found):
    note(node, pointer, found)
    if "$ref" in node:
        target, meant = follow(folder, name, node["$ref"])
        if meant is not None:
            walk(folder, target, meant, pointer, found)
    for part in node.get("allOf", []) + node.get("anyOf", []) + node.get("oneOf", []):
        walk(folder, name, part, pointer, found)
    for key, value in node.get("properties", {}).items():
        walk(folder, name, value, f"{pointer}/{key}", found)
    any_key = list(node.get("patternProperties", {}).values())
    if isinstance(node.get("additionalProperties"), dict):
        any_key.append(node["additionalProperties"])
    if isinstance(node.get("items"), dict):
        any_key.append(node["items"])
    for value in any_key:
        walk(folder, name, value, f"{pointer}/*", found)


def main():
    folder = pathlib.Path(sys.argv[1])
    found = {}
    walk(folder, "config-schema.json", load(folder, "config-schema.json"), "", found)
    print("# Fields of config.json in OCI runtime-spec 1.3; made by make_schema_pointers.py.")
    del found[""]
    for pointer, kind in sorted(found.items()):
        print(pointer, kind)


main()
