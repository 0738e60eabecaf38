"""How many rows of the shipped chronology can the record check, and how many does it bear out?

python bench/chronology_check.py RECORD.duckdb
"""

from __future__ import annotations

import sys
from collections import Counter

from chancellery.cases import case
from chancellery.judge.chronology import check_chronology
from chancellery.record import open_record


def main() -> None:
    """Print the table."""
    checked = check_chronology(case("great-powers").happenings, open_record(sys.argv[1], read_only=True))
    found = Counter(c.found for c in checked)
    same = found["same act"] + found["same class"]
    usual = sum(c.usual for c in checked) / max(len(checked), 1)
    print(
        f"{len(checked)} acts lie in covered stretches; {dict(found)}; same class or act {same}; by chance {usual * len(checked):.1f}"
    )
    for c in checked:
        print(
            f"{c.row.on} {c.row.source:>8} {c.row.act:<20} {c.row.target:<8} {c.found:<11} {c.usual:4.0%}  {c.row.what[:60]}"
        )


if __name__ == "__main__":
    main()
