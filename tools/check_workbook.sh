#!/bin/sh
# Lets LibreOffice compute a workbook of `breakeven report --format xlsx` from its formulas alone (the values beside them
# are taken out), at the plan's horizon and at another one, and compares every total of its sheet Options with the engine's.
# Then it doubles a price in the sheet Figures: the API's total must move by what that price made.
#
#   tools/check_workbook.sh plan.json [breakeven]
set -eu
plan=$1
program=${2:-./build/bin/breakeven}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" report "$plan" --format xlsx -o "$folder/plan.xlsx"
python3 - "$plan" "$folder" <<'PYTHON'
import csv, json, re, subprocess, sys, zipfile
from decimal import Decimal

plan = json.load(open(sys.argv[1], encoding="utf-8"))
folder = sys.argv[2]
horizon = plan["question"]["horizon_months"]


def doubled(text, figure):
    """The sheet with the number of that figure, which must be an input, twice as large."""
    cell = rf'(>{re.escape(figure)}</t></is></c><c [^>]*>.*?</c><c [^>]*><v>)([^<]*)(</v>)'
    text, count = re.subn(cell, lambda m: m[1] + repr(2 * float(m[2])) + m[3], text, count=1)
    assert count == 1, figure
    return text


def totals(months, figure=None):
    """The rows of Options as LibreOffice computes them with that horizon, and that figure doubled."""
    name = f"{folder}/at{months}{'' if figure is None else 'doubled'}.xlsx"
    with zipfile.ZipFile(f"{folder}/plan.xlsx") as given, zipfile.ZipFile(name, "w") as changed:
        for entry in given.namelist():
            text = given.read(entry).decode()
            text = re.sub(r"</f><v>[^<]*</v>", "</f>", text)
            if entry.endswith("sheet1.xml"):
                text, count = re.subn(r'(<c r="B2"[^>]*>)<v>[^<]*</v>', rf"\g<1><v>{months}</v>", text)
                assert count == 1
            if entry.endswith("sheet4.xml") and figure is not None:
                text = doubled(text, figure)
            changed.writestr(entry, text)
    # The csv filter writes the first sheet.
    convert = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", convert,
         "--outdir", folder, name], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {row[1]: row for row in csv.reader(open(name.replace(".xlsx", ".csv"), encoding="utf-8")) if len(row) > 4}


wrong = 0
options = [option for option in plan["options"] if option["available"]]
for months in (horizon, horizon + 12):
    rows = totals(months)
    for option in options:
        once, recurring = Decimal(option["one_offs_usd"]), Decimal(option["recurring_usd_month"])
        for column, ours in ((2, recurring), (3, once), (4, recurring + once / months)):
            theirs = Decimal(rows[option["id"]][column].replace(",", ""))
            if abs(theirs - ours) > Decimal("0.00501"):
                wrong += 1
                print(f'{option["id"]}, horizon {months}: LibreOffice {theirs}, engine {ours}')
part = next(part for part in plan["api"]["parts"] if Decimal(part["usd_month"]) > 0)
number = plan["api"]["parts"].index(part) + 1
api = next(option for option in options if option["id"] == "api")
theirs = Decimal(totals(horizon, f"api.part.{number}.rate")["api"][2].replace(",", ""))
ours = Decimal(api["recurring_usd_month"]) + Decimal(part["usd_month"])
if abs(theirs - ours) > Decimal("0.00501"):
    wrong += 1
    print(f"api with the price of its {part['unit']} doubled: LibreOffice {theirs}, engine {ours}")
print(f"workbook: {len(options)} options at two horizons, and a price doubled: {wrong} totals differ")
sys.exit(1 if wrong or not options else 0)
PYTHON
