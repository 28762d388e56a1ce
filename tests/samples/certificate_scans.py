"""Pictures of synthetic degree certificates as people send them: scanned, turned, stamped over, photographed.

Nobody in them exists, and no institution has issued them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from degree_auth.domain.applications.claim import Level, Sex
from degree_auth.domain.register.award import AwardRecord
from tests.samples.claims import DISCIPLINES, award

FONTS = (("NotoSerifSC-Regular.otf", 0), ("NotoSansSC-Regular.otf", 0), ("NotoSerifSC-Regular.otf", 1))
"""Files of the package of Chinese fonts, each with the pixels by which its strokes are thicker."""
LEVEL_WORDS = {Level.BACHELOR: "学士", Level.MASTER: "硕士", Level.DOCTOR: "博士"}
WIDTH, HEIGHT = 1500, 1060
_NUMERALS = "〇一二三四五六七八九"
_PAPERS = ("#ffffff", "#fbf6e6", "#f3efe0", "#eef3f6")
_INK, _RED = "#1c1a1a", (196, 24, 32)
_LEADERS = ("张明远", "李文清", "陈国栋")


def scanned_award(random: Random, serial: int) -> AwardRecord:
    """A record whose certificate is in Chinese: of a resident, with letters that fonts have."""
    while True:
        record = award(random, serial)
        if record.name.isascii() or any(ord(letter) > 0xFFFF or letter in "䶮㛃" for letter in record.name):
            continue
        if record.identity_type.value == "resident_identity_card" and record.award_date.year >= 1985:
            return record


def lines_of(record: AwardRecord, random: Random) -> list[str]:
    """The text of the certificate, title first, in one of the ways in which certificates say it."""
    level = LEVEL_WORDS[record.level]
    sex = "男" if record.sex is Sex.MALE else "女"
    born, begun = record.birth_date, record.award_date - timedelta(days=365 * 4)
    subject = record.category_name.removesuffix(level)
    if random.random() < 0.5:
        body = (
            f"{record.name}，{sex}，{born.year}年{born.month}月{born.day}日生。自{begun.year}年9月至"
            f"{record.award_date.year}年{record.award_date.month}月在{record.institution_name}{record.discipline_name}"
            f"专业完成了{'本科' if record.level is Level.BACHELOR else '研究生'}学习计划，业已毕业。"
            f"经审核符合《中华人民共和国学位条例》的规定，授予{subject}{level}学位。"
        )
    else:
        body = (
            f"{record.name}，{sex}，{_chinese_day(born)}生。在{record.institution_name}{record.discipline_name}"
            f"学科（专业）已通过{level}学位的课程考试和论文答辩，成绩合格。"
            f"根据《中华人民共和国学位条例》的规定，授予{subject}{level}学位。"
        )
    return [
        f"{level}学位证书",
        body,
        record.institution_name,
        f"校长　{random.choice(_LEADERS)}",
        f"学位评定委员会主席　{random.choice(_LEADERS)}",
        f"证书编号：{record.certificate_number}",
        _chinese_day(record.award_date),
    ]


def picture_of(record: AwardRecord, random: Random, font: str, thicker: int) -> Image.Image:
    """The certificate as a flat, clean scan."""
    paper = Image.new("RGB", (WIDTH, HEIGHT), random.choice(_PAPERS))
    draw = ImageDraw.Draw(paper)
    draw.rectangle((30, 30, WIDTH - 30, HEIGHT - 30), outline="#b08d57", width=6)
    title, body, institution, head, chair, number, day = lines_of(record, random)
    big, usual, small = (_font(font, size) for size in (76, 38, 32))
    draw.text((WIDTH / 2, 130), title, font=big, fill="#7d1518", anchor="mm")
    top = 230
    for line in _wrapped(body, usual, WIDTH - 300):
        draw.text((150, top), line, font=usual, fill=_INK, stroke_width=thicker)
        top += 66
    draw.text((WIDTH - 160, 700), institution, font=usual, fill=_INK, anchor="ra")
    draw.text((160, 700), head, font=small, fill=_INK)
    draw.text((160, 770), chair, font=small, fill=_INK)
    draw.text((160, 940), number, font=small, fill=_INK)
    draw.text((WIDTH - 160, 940), day, font=small, fill=_INK, anchor="ra")
    return paper


def stamped(picture: Image.Image, random: Random) -> Image.Image:
    """A red seal over the name of the institution and part of the day."""
    seal = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(seal)
    x, y = random.randrange(1050, 1250), random.randrange(700, 900)
    shade = (*_RED, random.randrange(110, 190))
    draw.ellipse((x - 130, y - 130, x + 130, y + 130), outline=shade, width=9)
    draw.regular_polygon((x, y, 42), 5, fill=shade)
    draw.text((x, y + 82), "学位专用章", font=_font(FONTS[0][0], 30), fill=shade, anchor="mm")
    return Image.alpha_composite(picture.convert("RGBA"), seal).convert("RGB")


def turned(picture: Image.Image, random: Random) -> Image.Image:
    """Laid askew on the scanner, by up to four degrees."""
    return picture.rotate(random.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True, fillcolor="#d8d8d8")


def upside_down(picture: Image.Image, random: Random) -> Image.Image:
    """Scanned sideways or upside down."""
    return picture.transpose(
        random.choice((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270))
    )


def noisy(picture: Image.Image, random: Random) -> Image.Image:
    """Grain, dust and a fold, as of an old copy."""
    grain = np.random.default_rng(random.randrange(2**32))
    values = np.asarray(picture, dtype=np.float32) + grain.normal(0, random.uniform(14, 34), (*picture.size[::-1], 1))
    dusty = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(dusty)
    for _ in range(150):
        x, y = random.randrange(picture.width), random.randrange(picture.height)
        draw.ellipse((x, y, x + random.randrange(1, 5), y + random.randrange(1, 5)), fill="#555555")
    fold = random.randrange(350, 700)
    draw.line((0, fold, picture.width, fold + random.randrange(-15, 15)), fill="#bbbbbb", width=3)
    return dusty


def faint(picture: Image.Image, random: Random) -> Image.Image:
    """Small, soft and pressed hard by JPEG, as sent by a messenger."""
    factor = random.uniform(0.42, 0.6)
    small = picture.resize((int(picture.width * factor), int(picture.height * factor)), Image.Resampling.BILINEAR)
    return _through_jpeg(small.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 0.8))), random.randrange(28, 55))


def photographed(picture: Image.Image, random: Random) -> Image.Image:
    """From aside, by the light of a window, with a shadow of the hand."""
    width, height = picture.size
    shift = [random.uniform(0, 0.07) for _ in range(8)]
    corners = (
        *(-shift[0] * width, -shift[1] * height, -shift[2] * width, (1 + shift[3]) * height),
        *((1 + shift[4]) * width, (1 + shift[5]) * height, (1 + shift[6]) * width, -shift[7] * height),
    )
    seen = picture.transform(picture.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor="#6b5a48")
    across = np.linspace(random.uniform(0.55, 0.8), 1.08, width, dtype=np.float32)[None, :, None]
    down = np.linspace(1.05, random.uniform(0.7, 0.95), height, dtype=np.float32)[:, None, None]
    lit = np.asarray(seen, dtype=np.float32) * across * down
    shadow = Image.new("L", seen.size, 0)
    ImageDraw.Draw(shadow).ellipse((width * 0.6, height * 0.6, width * 1.3, height * 1.3), fill=90)
    lit *= 1 - np.asarray(shadow.filter(ImageFilter.GaussianBlur(60)), dtype=np.float32)[:, :, None] / 255
    return _through_jpeg(Image.fromarray(lit.clip(0, 255).astype(np.uint8)), random.randrange(60, 88))


DAMAGES: Mapping[str, Callable[[Image.Image, Random], Image.Image]] = {
    "clean": lambda picture, _: picture,
    "stamped": stamped,
    "turned": turned,
    "upside_down": upside_down,
    "noisy": noisy,
    "faint": faint,
    "photographed": lambda picture, random: photographed(stamped(picture, random), random),
}
"""What becomes of a clean scan, by name."""


def scan_of(record: AwardRecord, damage: str, random: Random) -> bytes:
    """The file that an applicant sends, a JPEG."""
    picture = DAMAGES[damage](picture_of(record, random, *random.choice(FONTS)), random)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()


def forged(record: AwardRecord, field: str, random: Random) -> AwardRecord:
    """The record as a certificate would state it that differs in one field."""
    digit = random.choice([one for one in "123456789" if one != record.certificate_number[-3]])
    changed: Mapping[str, Callable[[], AwardRecord]] = {
        "holder.name": lambda: replace(record, name=_other_name(record.name, random)),
        "holder.sex": lambda: replace(record, sex=Sex.MALE if record.sex is Sex.FEMALE else Sex.FEMALE),
        "holder.birth_date": lambda: replace(
            record, birth_date=record.birth_date + timedelta(days=random.randrange(1, 700))
        ),
        "degree.institution_name": lambda: replace(
            record,
            institution_name=_another([award(random, 2).institution_name for _ in range(40)], record.institution_name),
        ),
        "degree.level": lambda: _at_level(record, _another(list(Level), record.level)),
        "degree.category": lambda: replace(
            record, category_name=_another(["工学", "理学", "文学", "法学"], record.category_name)
        ),
        "degree.discipline": lambda: replace(
            record, discipline_name=_another(list(DISCIPLINES), record.discipline_name)
        ),
        "degree.award_date": lambda: replace(
            record, award_date=record.award_date + timedelta(days=random.randrange(1, 400))
        ),
        "degree.certificate_number": lambda: replace(
            record, certificate_number=f"{record.certificate_number[:-3]}{digit}{record.certificate_number[-2:]}"
        ),
    }
    return changed[field]()


def _at_level(record: AwardRecord, level: Level) -> AwardRecord:
    field = record.category_name.removesuffix(LEVEL_WORDS[record.level])
    return replace(record, level=level, category_name=field + LEVEL_WORDS[level])


def _another(choices: Sequence[Any], value: object) -> Any:
    return next(one for one in choices if one != value)


def _other_name(name: str, random: Random) -> str:
    place = random.randrange(1, len(name))
    letter = random.choice([one for one in "伟芳娜敏静丽强磊军洋勇艳杰" if one != name[place]])
    return name[:place] + letter + name[place + 1 :]


def _chinese_day(day: date) -> str:
    year = "".join(_NUMERALS[int(digit)] for digit in str(day.year))
    return f"{year}年{_spoken(day.month)}月{_spoken(day.day)}日"


def _spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else f"{_NUMERALS[tens] if tens > 1 else ''}十") + (_NUMERALS[ones] if ones else "")


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for letter in f"　　{text}":
        if font.getlength(lines[-1] + letter) > width:
            lines.append("")
        lines[-1] += letter
    return lines


def _through_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue())).convert("RGB")


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(Path(pylopdf_fonts_zh_cn.__file__).with_name(name), size)
