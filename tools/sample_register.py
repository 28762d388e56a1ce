"""A synthetic register: an annual report file, and applications to go with it.

python -m tools.sample_register FOLDER [--records 20000] [--seed 1] [--formats csv xlsx dbf] [--encoding gb18030]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from degree_auth.domain.shared.words import Words
from tools.sample_applications import applications
from tools.sample_files import write_csv, write_dbf, write_xlsx
from tools.sample_rows import RECORDS, Row, rows


def write_sample(
    folder: Path, records: int = RECORDS, seed: int = 1, formats: Sequence[str] = ("csv",), encoding: str = "utf-8"
) -> list[Path]:
    """Write the register in each format, the applications, and a note that all of it is synthetic; the files' paths."""
    folder.mkdir(parents=True, exist_ok=True)
    base = folder / f"register-synthetic-{records}"
    writers: dict[str, Callable[[Path, Iterable[Row], str], None]] = {
        "csv": write_csv,
        "xlsx": write_xlsx,
        "dbf": write_dbf,
    }
    paths = []
    for name in formats:
        path = base.with_suffix(f".{name}")
        # Whoever reads the file meanwhile keeps a whole one.
        written = path.with_name(f".{path.name}")
        writers[name](written, rows(records, seed), encoding)
        written.replace(path)
        paths.append(path)
    samples = [asdict(application) for application in applications(rows(records, seed))]
    _write_json(base.with_suffix(".applications.json"), samples)
    note = {
        "说明": "本文件夹中的学位授予信息与认证申请全部为合成数据，不涉及任何真实个人；单位代码与名称为真实公开信息。",
        "note": "All records and applications are synthetic; nobody in them exists. Unit codes and names are real.",
        "records": records,
        "seed": seed,
        "files": [path.name for path in paths],
    }
    _write_json(base.with_suffix(".README.json"), note)
    return paths


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=Words("生成合成的年报文件", "Generate a synthetic annual report file").lines,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", nargs="+", choices=("csv", "xlsx", "dbf"), default=["csv"])
    parser.add_argument("--encoding", choices=("utf-8", "utf-8-sig", "gb18030"), default="utf-8")
    given = parser.parse_args(arguments)
    for path in write_sample(given.folder, given.records, given.seed, given.formats, given.encoding):
        print(path)


if __name__ == "__main__":
    main()
