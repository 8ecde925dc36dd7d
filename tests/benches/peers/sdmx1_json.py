"""sdmx1: an SDMX-JSON 1.0 message to its objects. Arguments: input, output.

The objects are what the library reads a message into; making a table of them is not counted.
"""

import csv
import logging
import sys
from pathlib import Path

import sdmx
from stopwatch import measured

logging.disable(logging.WARNING)
source, target = sys.argv[1:]
with measured():
    message = sdmx.read_sdmx(Path(source))

with open(target, "w", newline="", encoding="utf-8") as file:
    writer = None
    for data_set in message.data:
        for observation in data_set.obs:
            row = {name: value.value for name, value in observation.key.values.items()}
            row["OBS_VALUE"] = observation.value
            status = observation.attached_attribute.get("OBS_STATUS")
            row["OBS_STATUS"] = status.value.id if status else None
            writer = writer or csv.DictWriter(file, list(row))
            if file.tell() == 0:
                writer.writeheader()
            writer.writerow(row)
