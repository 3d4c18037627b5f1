"""Which host this is."""

import json
import os

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
with open(os.path.join(ROOT, "variant.json"), encoding="utf-8") as _file:
    FACTS = json.load(_file)
