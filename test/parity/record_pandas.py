"""Records what pandas reads in a CSV of ours: rows, sums of every column, and every text.

    pip install pandas==2.3.3
    node test/parity/pandas-questions.ts > /tmp/table.csv
    python test/parity/record_pandas.py /tmp/table.csv > test/parity/pandas.json

Texts are recorded as one digest. Words such as NA are text here: without keep_default_na pandas would take them for gaps.
"""
import hashlib
import json
import sys

import pandas

path = sys.argv[1]
table = pandas.read_csv(path, keep_default_na=False, na_values={"scores.coherence": [""]})

json.dump(
    {
        "pandas": pandas.__version__,
        "csvSha256": hashlib.sha256(open(path, "rb").read()).hexdigest(),
        "rows": len(table),
        "types": {name: str(kind) for name, kind in table.dtypes.items()},
        "missing": {name: int(count) for name, count in table.isna().sum().items()},
        "sums": {name: float(table[name].sum()) for name in table.columns if name != "story"},
        "storySha256": hashlib.sha256("\x1e".join(table["story"]).encode()).hexdigest(),
    },
    sys.stdout,
    indent=4,
)
print()
