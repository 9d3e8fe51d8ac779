#!/usr/bin/env python3
"""Writes tests/golden/finance/libreoffice.csv: finance formulas with the values LibreOffice Calc gives them.

Each row is a request to one of our finance functions, the field of its answer to compare, the formula
that a spreadsheet has for it, and LibreOffice's value. The tests read the file; only this program needs
LibreOffice (Debian: apt-get install --no-install-recommends libreoffice-calc-nogui).

    tools/make_finance_golden.py            write the file again
"""

import csv
import datetime
import json
import os
import random
import subprocess
import sys
import tempfile
from xml.sax.saxutils import quoteattr

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "..", "tests", "golden", "finance", "libreoffice.csv")
EPOCH = datetime.date(1899, 12, 30)


def array(numbers):
    return "{" + ";".join(repr(n) for n in numbers) + "}"


def serials(dates):
    return array([(datetime.date.fromisoformat(d) - EPOCH).days for d in dates])


def cases():
    """Yields (function, request, field, formula)."""
    rng = random.Random(20261121)

    def flows(count, first):
        return [-first] + [round(rng.uniform(-0.1, 0.6) * first, 2) for _ in range(count)]

    for rate, values in [
        (0.1, [-10000, 3000, 4200, 6800]),
        (0.08, [8000, 9200, 10000, 12000, 14500]),
        (0, [1, 2, 3]),
        (-0.5, [100, 100]),
        (3.5, [-70000, 12000, 15000, 18000, 21000, 26000]),
        (0.0001, [5]),
    ]:
        yield "npv", {"rate": rate, "flows": values}, "npv", f"NPV({rate!r};{array(values)})"
    yield ("npv", {"rate": 0.08, "t0": -40000, "flows": [8000, 9200, 10000, 12000, 14500]}, "npv",
           "-40000+NPV(0.08;{8000;9200;10000;12000;14500})")
    yield ("npv", {"annual_rate": 0.12, "t0": -180000, "flows": [7000] * 36}, "npv",
           "-180000+NPV((1+0.12)^(1/12)-1;" + array([7000] * 36) + ")")
    for count in (5, 12, 36, 60):
        rate = round(rng.uniform(0, 0.2), 4)
        values = flows(count, 100000)
        yield "npv", {"rate": rate, "flows": values}, "npv", f"NPV({rate!r};{array(values)})"

    dated = [
        (0.09, [-10000, 2750, 4250, 3250, 2750],
         ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"]),
        (0.12, [-180000, 60000, 90000, 120000], ["2026-01-31", "2026-12-31", "2027-12-31", "2029-02-28"]),
        (0.0, [-1, 2], ["2024-02-28", "2024-02-29"]),
        (0.25, [500, -100, 700], ["2024-01-01", "2031-06-30", "2024-01-01"]),
    ]
    for rate, values, dates in dated:
        yield ("xnpv", {"rate": rate, "flows": values, "dates": dates}, "xnpv",
               f"XNPV({rate!r};{array(values)};{serials(dates)})")
    for _, values, dates in dated[:2]:
        yield "xirr", {"flows": values, "dates": dates}, "xirr", f"XIRR({array(values)};{serials(dates)})"
    yield ("irr", {"flows": [-1000, 1200], "dates": ["2026-01-01", "2026-07-01"]}, "irr",
           "XIRR({-1000;1200};" + serials(["2026-01-01", "2026-07-01"]) + ")")

    for values in [
        [-70000, 12000, 15000, 18000, 21000, 26000],
        [-70000, 12000, 15000, 18000, 21000],
        [-10000, 3000, 4200, 6800],
        [-120000, 39000, 30000, 21000, 37000, 46000],
        [-180000] + [7000] * 36,
        [100, -110],
        [-1000, 0, 0, 0, 2000],
    ] + [flows(n, 50000) for n in (6, 12, 24)]:
        guess = "" if values[0] != -180000 else ";0.01"
        yield "irr", {"flows": values}, "irr", f"IRR({array(values)}{guess})"
    # Two roots: a spreadsheet gives the one its guess leads to.
    for guess in (0.05, 0.3):
        yield ("irr", {"flows": [-100, 230, -132], "guess": guess}, "irr",
               "IRR({-100;230;-132};" + repr(guess) + ")")

    for values, pay, earn in [
        ([-120000, 39000, 30000, 21000, 37000, 46000], 0.10, 0.12),
        ([-120000, 39000, 30000, 21000, 37000, 46000], 0.10, 0.14),
        ([-100, 60, -20, 90], 0.05, 0.0),
        ([-180000] + [7000] * 36, 0.0, 0.01),
    ]:
        yield ("mirr", {"flows": values, "finance_rate": pay, "reinvest_rate": earn}, "mirr",
               f"MIRR({array(values)};{pay!r};{earn!r})")

    for rate, nper, pv, fv, kind in [
        (0.08 / 12, 10, 10000, 0, 0),
        (0.08 / 12, 10, 10000, 0, 1),
        (0.06 / 12, 216, 0, 50000, 0),
        (0.01, 360, 500000, 0, 0),
        (0, 12, 1200, -600, 0),
        (0, 12, 1200, -600, 1),
        (0.00797414, 48, 347200, -69440, 0),
        (-0.01, 24, 1000, 0, 0),
        (0.5, 40, 1, 0, 1),
        (1e-9, 24, 1000, 0, 0),
        (0.02, 7.5, 1000, 10, 0),
    ]:
        request = {"rate": rate, "nper": nper, "pv": pv, "fv": fv, "type": kind}
        yield "pmt", request, "pmt", f"PMT({rate!r};{nper};{pv};{fv};{kind})"
    yield "pmt", {"nominal_rate": 0.08, "nper": 10, "pv": 10000}, "pmt", "PMT(0.08/12;10;10000)"
    yield ("pmt", {"annual_rate": 0.1, "nper": 48, "pv": 347200, "fv": -69440}, "pmt",
           "PMT((1+0.1)^(1/12)-1;48;347200;-69440)")
    yield ("pmt", {"annual_rate": 0.1, "periods_per_year": 4, "nper": 16, "pv": 1000}, "pmt",
           "PMT((1+0.1)^(1/4)-1;16;1000)")

    for rate, nper, pv, kind in [("0.08/12", 10, 10000, 0), ("0.01", 36, 250000, 0), ("0.005", 12, 999.99, 1)]:
        request = {"rate": eval(rate), "nper": nper, "principal": pv, "type": kind}
        yield "amortise", request, "payment", f"ROUND(-PMT({rate};{nper};{pv};0;{kind});2)"
        yield "amortise", request, "schedule/0/interest", f"ROUND(-IPMT({rate};1;{nper};{pv};0;{kind});2)"
        yield "amortise", request, "schedule/1/interest", f"ROUND(-IPMT({rate};2;{nper};{pv};0;{kind});2)"

    for cost, salvage, life in [(30000, 7500, 10), (416640, 83328, 48), (100, 0, 3)]:
        yield ("sln", {"cost": cost, "salvage": salvage, "life": life}, "sln",
               f"SLN({cost};{salvage};{life})")

    # Owned hardware: capital is the annuity of what is not recovered.
    yield ("owned", {"server": 310000}, "capital_usd_month",
           "-PMT((1+0.1)^(1/12)-1;48;310000*1.12;-0.2*310000*1.12)")
    yield ("owned", {"server": 500000, "wacc": 0.07, "life_years": 5, "residual_share": 0.1, "nodes": 3,
                     "install": 20000}, "capital_usd_month",
           "-3*PMT((1+0.07)^(1/12)-1;60;500000*1.12+20000;-0.1*(500000*1.12+20000))")
    yield "owned", {"server": 310000}, "straight_line_usd_month", "SLN(310000*1.12;0.2*310000*1.12;48)"
    yield ("owned", {"server": 310000, "kw": 10.2, "load": 0.7, "pue": 1.3, "usd_per_kwh": 0.09}, "energy_usd_month",
           "10.2*0.7*1.3*730*0.09")

    for a, k, n in [(0.97, 3, 4), (0.97, 3, 3), (0.975, 8, 10), (0.999, 1, 2), (0.5, 50, 100), (0.99, 64, 70)]:
        # Down when fewer than k are up = more than n - k are down.
        yield ("availability", {"availability": a, "needed": k, "n": n}, "availability",
               f"BINOMDIST({n - k};{n};1-{a!r};1)")
    for low, high, hours in [(2.65, 3.99, 730), (1.3, 2.0, 730)]:
        yield ("reserved", {"on_demand": high, "reserved": low}, "break_even_utilisation", f"{low!r}/{high!r}")
    yield ("payback", {"investment": 180000, "saving": 7000}, "payback", "180000/7000")
    yield ("payback", {"investment": 1000, "saving": 400, "rate": 0.1}, "discounted_payback_period",
           "ROUNDUP(NPER(0.1;400;-1000);0)")
    yield ("breakeven", {"input_price": 1, "output_price": 3, "input_output_ratio": "4:1", "usd_per_hour": 1,
                         "hours": 100, "fixed": 30, "capacity": 81000000}, "first",
           "ROUNDUP((30+3*100)/(7/5)*1000000;0)")


def sheet(formulas):
    rows = "".join(
        f"<table:table-row><table:table-cell table:formula={quoteattr('of:=' + f)}/></table:table-row>"
        for f in formulas
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><office:document '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>'
        f'<table:table table:name="s">{rows}</table:table></office:spreadsheet></office:body></office:document>'
    )


def evaluate(formulas):
    """LibreOffice's values, with all their digits."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "formulas.fods")
        with open(source, "w", encoding="utf-8") as file:
            file.write(sheet(formulas))
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
             "fods:OpenDocument Spreadsheet Flat XML", "--outdir", os.path.join(folder, "out"), source],
            check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, "out", "formulas.fods"), encoding="utf-8") as file:
            text = file.read()
    values = []
    for cell in text.split("<table:table-cell ")[1:]:
        cell = cell[: cell.index(">")]
        if "table:formula=" not in cell:
            continue
        values.append(cell.split('office:value="')[1].split('"')[0] if 'office:value="' in cell else None)
    return values


def main():
    rows = list(cases())
    values = evaluate([formula for *_, formula in rows])
    if len(values) != len(rows):
        sys.exit(f"expected {len(rows)} values, found {len(values)}")
    with open(TARGET, "w", encoding="utf-8", newline="") as file:
        file.write("# Written by tools/make_finance_golden.py: expected = the formula in LibreOffice Calc 7.4.7.\n")
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["function", "request", "field", "formula", "expected"])
        for (function, request, field, formula), value in zip(rows, values):
            if value is None:
                print(f"no value, left out: {formula}", file=sys.stderr)
                continue
            out.writerow([function, json.dumps(request), field, formula, value])
    print(f"{len(rows)} formulas")


if __name__ == "__main__":
    main()
