"""JSON as Go's encoding/json writes it: compact, members in the order of the dict, `<`, `>` and `&` escaped."""
import json


def go_json(value):
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for char, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(char, escape)
    return text
