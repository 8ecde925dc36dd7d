"""pyjstat: a JSON-stat data set to a data frame. Arguments: input, output. It does not read statuses."""

import sys
from pathlib import Path

from pyjstat import pyjstat
from stopwatch import measured

source, target = sys.argv[1:]
with measured():
    frame = pyjstat.Dataset.read(Path(source).read_text(encoding="utf-8")).write("dataframe", naming="id")

frame.rename(columns={"value": "OBS_VALUE"}).to_csv(target, index=False)
