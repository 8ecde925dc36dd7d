"""openpyxl: every row of the first sheet, read-only. Arguments: input, output. Rows are dropped as they come: no table is made."""

import csv
import sys

import openpyxl
from stopwatch import measured

source, target = sys.argv[1:]


def rows():
    workbook = openpyxl.load_workbook(source, read_only=True, data_only=True)
    yield from workbook[workbook.sheetnames[0]].iter_rows(values_only=True)


with measured():
    for row in rows():
        pass

with open(target, "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file)
    for position, row in enumerate(rows()):
        if position == 0:
            columns = len(row)
        writer.writerow((*row, *[None] * (columns - len(row))))
