"""The public pages: complete in themselves, bound by their policy, in one language a line, and without rules."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from degree_auth import pages
from degree_auth.domain.applications.claim import Level, Sex, StudyForm
from degree_auth.domain.applications.fields import SECTIONS
from degree_auth.domain.applications.public_lists import categories_json
from degree_auth.domain.applications.submission import OTHER_CATEGORY
from degree_auth.domain.cases.names import CHOICE_NAMES
from degree_auth.domain.cases.report_state import Basis
from degree_auth.domain.cases.result import DENIALS, Result
from degree_auth.domain.cases.stages import Outcome
from degree_auth.domain.institutions.scope import LEVEL_LETTERS, STUDY_LETTERS, YEAR_LETTERS
from degree_auth.domain.register.matching import MatchResult
from degree_auth.pages import NAMES, catalogue, page, words_of
from degree_auth.pages.modules import collect

FOLDER = Path(pages.__file__).parent
SCRIPTS = sorted(FOLDER.rglob("*.js"))
FOLDERS = ("shared", *NAMES)
EVERY_PAGE = pytest.mark.parametrize("name", NAMES)
EVERY_SCRIPT = pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(FOLDER)))
NOTICE_STATES = ("notice", "notice_superseded")
CHINESE = re.compile("[㐀-鿿]")

# Words of the markup and the scripts; a part that is filled in stands for any word.
_KEY = re.compile(r"[\"`]((?:[a-z_]+)(?:\.(?:\w+|\$\{[^}]*\}(?:\w+)?))+)[\"`]|`(\w+\.\w+_\$\{[^}]*\}\w*)`")


def policy(name: str, upload_origin: str = "") -> dict[str, str]:
    directives = page(name, upload_origin).headers["Content-Security-Policy"].split("; ")
    return dict(directive.partition(" ")[::2] for directive in directives)


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def script_of(name: str) -> str:
    return page(name).html.partition('<script type="module">')[2].partition("</script>")[0]


def style_of(name: str) -> str:
    return page(name).html.partition("<style>")[2].partition("</style>")[0]


def data_of(name: str, element: str) -> dict[str, Any]:
    text = page(name).html.partition(f'<script type="application/json" id="{element}">')[2].partition("</script>")[0]
    data: dict[str, Any] = json.loads(text)
    return data


def markup_of(name: str) -> str:
    """The page without its script, style and data."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", page(name).html, flags=re.DOTALL)


def source_of(name: str) -> str:
    """The markup and the modules of a page, as they were written."""
    modules = collect(f"{name}/page", lambda module: pages.read(f"{module}.js"))
    return "\n".join([pages.read("shared/frame.html"), pages.read(f"{name}/page.html"), *(one.body for one in modules)])


def used_keys(name: str) -> set[str]:
    """The keys that a page uses; what is filled in is written {}."""
    found = {one or other for one, other in _KEY.findall(source_of(name))}
    # Files and the fields of an application are named in the same way.
    found = {
        key
        for key in found
        if not key.endswith((".svg", ".csv", ".json", ".yaml")) and key.split(".")[0] not in SECTIONS
    }
    return {re.sub(r"\$\{[^}]*\}", "{}", key).replace("page.title", f"{name}.title") for key in found}


def fits(key: str, used: set[str]) -> bool:
    return any(re.fullmatch(re.escape(one).replace(r"\{\}", r"[\w.]+"), key) for one in used)


@pytest.mark.requirement("N4")
@EVERY_PAGE
def test_the_policy_allows_the_pages_own_script_and_style_and_nothing_else(name: str) -> None:
    allowed = policy(name)
    assert page(name).html.count("<script") == 3
    assert page(name).html.count("<style") == 1
    assert allowed["script-src"] == digest(script_of(name))
    assert allowed["style-src"] == digest(style_of(name))
    assert allowed["default-src"] == allowed["form-action"] == allowed["frame-ancestors"] == "'none'"
    assert allowed["connect-src"] == allowed["img-src"] == "'self'"
    assert (allowed["require-trusted-types-for"], allowed["trusted-types"]) == ("'script'", "'none'")


@pytest.mark.requirement("N4")
@EVERY_PAGE
def test_a_page_loads_nothing_from_elsewhere_and_carries_no_inline_handlers(name: str) -> None:
    assert "//" not in markup_of(name)
    assert re.search(r"\s(on\w+|style|src)=", markup_of(name)) is None
    loading = (style_of(name) + script_of(name)).replace('"http://www.w3.org/2000/svg"', "")
    assert re.search(r"url\(|@import|https?:", loading) is None
    assert re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script_of(name)) is None


@pytest.mark.requirement("N4")
def test_uploads_to_another_origin_are_the_only_thing_that_widens_the_policy() -> None:
    origin = "https://bucket.example.org"
    assert policy("case", origin) == policy("case") | {"connect-src": f"'self' {origin}"}


@pytest.mark.requirement("N4")
@EVERY_PAGE
def test_the_data_of_a_page_cannot_end_the_element_that_holds_it(name: str) -> None:
    for element in ("words", "facts"):
        assert data_of(name, element)
    assert "<" not in json.dumps([data_of(name, "words"), data_of(name, "facts")]).replace("\\u003c", "")


@pytest.mark.requirement("N6")
@EVERY_PAGE
def test_a_page_is_in_chinese_until_english_is_chosen(name: str) -> None:
    assert '<html lang="zh-CN">' in page(name).html
    texts = dict(re.findall(r'data-words="([\w.]+)"[^>]*>([^<]*)<', markup_of(name)))
    assert texts
    words = words_of(name)
    assert texts == {key: html.escape(words[key]["zh"]) for key in texts}
    assert all(CHINESE.search(text) for text in texts.values())
    assert re.search(r'id="other-language"[^>]*>English<', markup_of(name))


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_word_has_both_languages_each_in_its_own(folder: str) -> None:
    assert catalogue(folder)
    for key, words in catalogue(folder).items():
        assert set(words) == {"zh", "en"}, key
        assert all(text.strip() for text in words.values()), key
        assert not CHINESE.search(words["en"]), key
        filled = [set(re.findall(r"\{\w+\}", words[tongue])) for tongue in ("zh", "en")]
        assert filled[0] == filled[1], key
        assert CHINESE.search(words["zh"]) or not re.search("[A-Za-z]{3}", re.sub(r"\{\w+\}", "", words["zh"])), key


@pytest.mark.requirement("N6")
@EVERY_PAGE
def test_every_word_that_a_page_uses_is_in_its_catalogue(name: str) -> None:
    words = words_of(name)
    assert [key for key in used_keys(name) if "{}" not in key and key not in words] == []
    assert [key for key in used_keys(name) if "{}" in key and not any(fits(word, {key}) for word in words)] == []


@pytest.mark.requirement("N6")
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_word_is_used(folder: str) -> None:
    users = NAMES if folder == "shared" else (folder,)
    used = set().union(*(used_keys(name) for name in users))
    assert [key for key in catalogue(folder) if not fits(key, used)] == []


@pytest.mark.requirement("N6")
@EVERY_PAGE
def test_no_word_of_a_page_hides_another(name: str) -> None:
    words = words_of(name)
    assert len(words) == len(pages.labels()) + len(catalogue("shared")) + len(catalogue(name))


@pytest.mark.requirement("N6")
@EVERY_SCRIPT
def test_a_script_holds_no_text_for_people(path: Path) -> None:
    # The names of the languages, each in its own.
    allowed = {"中文"}
    code = re.sub(r"^\s*(//|/\*|\*).*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
    texts = {text for text in re.findall(r'["`]([^"`]*)["`]', code) if CHINESE.search(text)}
    assert texts <= allowed


@EVERY_SCRIPT
def test_a_script_fits_a_screen_and_takes_no_name_of_the_browser(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [line for line in text.splitlines() if len(line) > 100] == []
    names = set(re.findall(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", text, re.MULTILINE))
    assert (
        names & {"close", "event", "find", "focus", "history", "name", "open", "print", "status", "stop", "top"}
        == set()
    )


@pytest.mark.requirement("N6")
@EVERY_PAGE
def test_every_label_of_the_markup_names_a_control(name: str) -> None:
    controls = set(re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', markup_of(name)))
    assert controls == set(re.findall(r'<label[^>]*\bfor="([^"]+)"', markup_of(name)))


@pytest.mark.requirement("N6")
@EVERY_PAGE
def test_controls_are_made_with_their_labels_in_one_place(name: str) -> None:
    modules = collect(f"{name}/page", lambda module: pages.read(f"{module}.js"))
    making = {one.name for one in modules if re.search(r'el\((rows \? )?"(input|select|textarea)"', one.body)}
    assert making <= {"shared/forms"}


@pytest.mark.requirement("N6")
@EVERY_PAGE
def test_a_page_has_one_heading_of_the_first_rank_and_one_main_part(name: str) -> None:
    assert len(re.findall("<h1\\b", markup_of(name))) == len(re.findall("<main\\b", markup_of(name))) == 1
    assert '"h1"' not in script_of(name)


def test_there_is_no_other_page() -> None:
    with pytest.raises(KeyError):
        page("shared")


@pytest.mark.requirement("A5", "A8", "A9", "A15", "N6")
@pytest.mark.parametrize(
    ("name", "prefix", "values"),
    [
        ("case", "case.result", MatchResult),
        ("case", "case.outcome", Outcome),
        ("portal", "portal.match", MatchResult),
        ("portal", "portal.answer", Result),
        ("portal", "portal.letter", [*LEVEL_LETTERS, *YEAR_LETTERS, *STUDY_LETTERS]),
        ("check", "check.state", ["valid", "superseded", "revoked", "unknown", "differs", *NOTICE_STATES]),
        ("check", "check.outcome", DENIALS.values()),
        ("portal", "portal.confirm", DENIALS.values()),
        ("check", "check.version", ["valid", "superseded", "revoked"]),
        ("check", "check.logged", ["issued", "superseded", "revoked"]),
    ],
)
def test_a_page_has_a_word_of_its_own_for_every_value(name: str, prefix: str, values: Any) -> None:
    words = {
        key.removeprefix(f"{prefix}."): text for key, text in catalogue(name).items() if key.startswith(f"{prefix}.")
    }
    assert set(words) == {str(value) for value in values}
    if prefix != "portal.letter":  # three columns each have a letter for all
        assert len({text["zh"] for text in words.values()}) == len(words)


@pytest.mark.requirement("A1", "N5")
def test_the_form_asks_for_every_field_within_the_domains_limits() -> None:
    fields = data_of("apply", "facts")["fields"]
    words = data_of("apply", "words")
    for path, rule in fields.items():
        assert words[f"field.{path}"]
        assert rule["longest"] > 0
        for choice in rule["choices"] or []:
            assert words[f"{path.split('.')[1]}.{choice}"]


@pytest.mark.requirement("A1", "N5", "N6")
@pytest.mark.parametrize("name", ["apply", "case"])
def test_the_pages_offer_the_categories_of_the_api_and_another_in_the_certificates_words(name: str) -> None:
    offered = data_of(name, "facts")["categories"]
    listed = categories_json()["categories"]
    assert offered == {level: [category["name"] for category in listed[level]] for level in listed}
    assert set(offered) == set(data_of(name, "facts")["fields"]["degree.level"]["choices"])
    assert f'"degree.{OTHER_CATEGORY}"' in script_of(name)
    assert data_of(name, "words")[f"field.degree.{OTHER_CATEGORY}"]


@pytest.mark.requirement("A4", "A9")
def test_the_portal_has_a_name_for_whatever_the_verification_form_asks() -> None:
    facts, words = data_of("portal", "facts"), data_of("portal", "words")
    asked = facts["archive_fields"] + facts["material_fields"]
    assert all(words[f"field.{path}"] for path in asked)
    assert all(words[f"kind.{kind}"] for kind in facts["files"]["kinds"])


@pytest.mark.requirement("N4")
def test_tokens_and_drafts_stay_in_the_tab_and_tokens_out_of_addresses() -> None:
    for path in SCRIPTS:
        script = path.read_text("utf-8")
        assert "document.cookie" not in script
        assert ("localStorage" in script) == (path.name == "language.js")
    for address in re.findall(r"URLSearchParams\(\{(.*?)\}\)", script_of("portal"), re.DOTALL):
        assert "token" not in address
    for address in re.findall(r"[`\"](v1/[^`\"]*)", script_of("portal")):
        assert "token" not in address


@pytest.mark.requirement("A15", "N6")
@pytest.mark.parametrize("kind", [Sex, Level, StudyForm, Basis])
def test_the_check_page_has_the_words_that_the_report_prints(kind: type[StrEnum]) -> None:
    name = {Sex: "sex", Level: "level", StudyForm: "study_form", Basis: "basis"}[kind]
    words = words_of("check")
    for value in kind:
        assert tuple(words[f"{name}.{value.value}"].values()) == CHOICE_NAMES[value]
