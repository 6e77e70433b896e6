"""Checks structured data against the vocabulary in `schema_org.toml`."""

import json
import re
import tomllib
from pathlib import Path

from bs4 import BeautifulSoup

TABLE = tomllib.loads((Path(__file__).parent / "schema_org.toml").read_text())
TYPES, HOLDS, REQUIRED = TABLE["types"], TABLE["holds"], TABLE["required"]
SHAPES = {
    "Text": r"(?s).+",
    "URL": r"https?://[^\s<>\"]+",
    "Thing": r"https?://[^\s<>\"]+",  # its address stands for it
    "Date": r"\d{4}-\d\d-\d\d",
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
    "Time": r"([01]\d|2[0-3]):[0-5]\d",
    "Integer": r"\d+",
    "DayOfWeek": r"https://schema\.org/(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day",
}


def structured_data(response) -> dict:
    """Return the one document of structured data in *response*."""
    [script] = BeautifulSoup(response.content, "html.parser").select("script[type='application/ld+json']")
    return json.loads(script.string)


def nodes(response) -> dict[str, dict]:
    """Return the nodes of *response* by their type."""
    document = structured_data(response)
    assert document["@context"] == "https://schema.org"
    found = {node["@type"]: node for node in document["@graph"]}
    assert len(found) == len(document["@graph"])
    return found


def kinds_of(name: str) -> set[str]:
    """Return *name* and all that it is a kind of."""
    return {name}.union(*(kinds_of(one) for one in TYPES[name]["is_a"]))


def properties_of(name: str) -> set[str]:
    """Return what a node of type *name* may have."""
    return {one for kind in kinds_of(name) for one in TYPES[kind]["properties"].split()}


def complaints(document: dict) -> list[str]:
    """Return what is wrong with *document*; nothing where it keeps to the vocabulary."""
    known = {node["@id"] for node in document["@graph"]}
    return [wrong for node in document["@graph"] for wrong in wrong_in(node, known)]


def wrong_in(node: dict, known: set[str]):
    """Yield what is wrong with *node* and those inside it."""
    kind = node.get("@type")
    if kind not in TYPES:
        yield f"no such type: {kind}"
        return
    for name in set(REQUIRED.get(kind, ())) - set(node):
        yield f"{kind} lacks {name}"
    for name, value in node.items():
        if name.startswith("@"):
            continue
        if name not in properties_of(kind) or name not in HOLDS:
            yield f"{kind} has no {name}"
            continue
        for one in value if isinstance(value, list) else [value]:
            yield from wrong_value(kind, name, one, known)


def wrong_value(kind: str, name: str, value, known: set[str]):
    """Yield what is wrong with one value of a property."""
    if not isinstance(value, dict):
        if not any(re.fullmatch(SHAPES[one], str(value)) for one in HOLDS[name] if one in SHAPES):
            yield f"{kind}.{name} cannot be {value!r}"
    elif set(value) == {"@id"}:
        if value["@id"] not in known:
            yield f"{kind}.{name} refers to nothing: {value['@id']}"
    else:
        if value.get("@type") in TYPES and not kinds_of(value["@type"]) & set(HOLDS[name]):
            yield f"{kind}.{name} cannot be a {value['@type']}"
        yield from wrong_in(value, known)
