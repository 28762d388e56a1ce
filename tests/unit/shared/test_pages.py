"""The public pages: complete in themselves, bound by their policy, and in step with the domain."""

import base64
import hashlib
import re

import pytest

from degree_auth.domain.applications.fields import FIELDS
from degree_auth.domain.cases.attachment import KINDS, LARGEST_BYTES, SIGNATURES
from degree_auth.domain.cases.decisions import _OPEN_TO_APPLICANT
from degree_auth.domain.cases.recheck import OPEN_STATUSES, RecheckStatus
from degree_auth.domain.cases.stages import FINAL_STAGES, Outcome
from degree_auth.domain.cases.task import Result
from degree_auth.domain.cases.words import named_field
from degree_auth.domain.institutions.scope import LEVEL_LETTERS, STUDY_LETTERS, YEAR_LETTERS, AwardYear, StudyGroup
from degree_auth.domain.rechecks.dispute import LONGEST_STATEMENT
from degree_auth.domain.register.matching import MatchResult
from degree_auth.domain.shared.free_text import LONGEST_URGENCY_REASON
from degree_auth.domain.verification.feedback import ARCHIVE_FIELDS, MATERIAL_FIELDS
from degree_auth.pages import NAMES, page

EVERY_PAGE = pytest.mark.parametrize("name", NAMES)


def policy(name: str, upload_origin: str = "") -> dict[str, str]:
    directives = page(name, upload_origin).headers["Content-Security-Policy"].split("; ")
    return dict(directive.partition(" ")[::2] for directive in directives)


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def between(html: str, tag: str) -> list[str]:
    return re.findall(f"<{tag}[^>]*>(.*?)</{tag}>", html, re.DOTALL)


def keys_of(script: str, name: str) -> list[str]:
    """The keys of a flat object literal of a page's script."""
    body = re.search(rf"(?:const {name} =|\b{name}:) \{{(.*?)\}}", script, re.DOTALL)
    assert body, name
    return re.findall(r"(?:^|[{,])\s*(\w+):", body[1])


def list_of(script: str, name: str) -> list[str]:
    body = re.search(rf"const {name} = \[(.*?)\]", script)
    assert body, name
    return re.findall(r'"([^"]+)"', body[1])


@pytest.mark.requirement("N4")
@EVERY_PAGE
def test_the_policy_allows_the_pages_own_script_and_style_and_nothing_else(name: str) -> None:
    html, allowed = page(name).html, policy(name)
    scripts, styles = between(html, "script"), between(html, "style")
    assert (len(scripts), len(styles)) == (1, 1)
    assert allowed["script-src"] == digest(scripts[0])
    assert allowed["style-src"] == digest(styles[0])
    assert allowed["default-src"] == allowed["form-action"] == allowed["frame-ancestors"] == "'none'"
    assert allowed["connect-src"] == "'self'"


@pytest.mark.requirement("N4")
@EVERY_PAGE
def test_a_page_loads_nothing_from_elsewhere_and_carries_no_inline_handlers(name: str) -> None:
    html = page(name).html
    markup = re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL)
    assert "//" not in markup
    assert re.search(r"\s(on\w+|style|src)=", markup) is None
    assert re.search(r"url\(|@import|https?:", html) is None
    assert re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", html) is None


@pytest.mark.requirement("N4")
def test_uploads_to_another_origin_are_the_only_thing_that_widens_the_policy() -> None:
    origin = "https://bucket.example.org"
    assert policy("case", origin) == policy("case") | {"connect-src": f"'self' {origin}"}


@pytest.mark.requirement("N6")
@EVERY_PAGE
def test_a_page_is_chinese_with_english_beside(name: str) -> None:
    html = page(name).html
    assert '<html lang="zh-CN">' in html
    for heading in between(html.partition("<script>")[0], "h[12]"):
        assert re.search("[一-鿿]", heading)
        assert 'lang="en"' in heading


@pytest.mark.requirement("N6")
@EVERY_PAGE
def test_every_label_names_a_control(name: str) -> None:
    html = page(name).html.partition("<script>")[0]
    controls = set(re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', html))
    labelled = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', html)) | set(
        re.findall(r'<label[^>]*>\s*<input[^>]*id="([^"]+)"', html)
    )
    assert controls == labelled


def test_there_is_no_other_page() -> None:
    with pytest.raises(KeyError):
        page("shared")


@pytest.mark.requirement("A1", "N5")
def test_the_form_asks_for_every_field_within_the_domains_limits() -> None:
    script = between(page("apply").html, "script")[0]
    asked = re.findall(
        r'"((?:holder|degree|contact)\.\w+)": (text|choice)\("[^"]+", "[^"]+", (?:(\d+)|CHOICES\.(\w+))', script
    )
    assert sorted(field for field, *_ in asked) == sorted(FIELDS)
    for field, kind, longest, choices in asked:
        rule = FIELDS[field]
        if rule.choices:
            assert kind == "choice"
            assert keys_of(script, choices) == [choice.value for choice in rule.choices]
        else:
            assert (kind, int(longest)) == ("text", rule.max_length)


@pytest.mark.requirement("N6")
def test_the_case_page_knows_every_result_outcome_and_limit() -> None:
    script = between(page("case").html, "script")[0]
    assert set(keys_of(script, "RESULTS")) == {result.value for result in MatchResult}
    assert set(keys_of(script, "OUTCOMES")) == {outcome.value for outcome in Outcome}
    assert keys_of(script, "KINDS") == list(KINDS)
    assert list_of(script, "TYPES") == list(SIGNATURES)
    assert f"const LARGEST = {LARGEST_BYTES};" in script
    assert set(list_of(script, "CLOSED")) == {stage.value for stage in FINAL_STAGES}
    assert set(list_of(script, "TAKES_FILES")) == {stage.value for stage in _OPEN_TO_APPLICANT}


@pytest.mark.requirement("A5")
def test_the_check_page_tells_every_state_apart() -> None:
    script = between(page("check").html, "script")[0]
    assert keys_of(script, "STATES") == ["valid", "superseded", "revoked", "unknown"]
    titles = re.findall(r'^  \w+: \["(.)", "([^"]+)"', script, re.MULTILINE)
    assert len(set(titles)) == len(titles) >= 4


def words_of(script: str, name: str) -> dict[str, tuple[str, str]]:
    """The pairs of words of a flat object literal of a page's script."""
    body = re.search(rf"const {name} = \{{(.*?)\n?\}};", script, re.DOTALL)
    assert body, name
    return {
        key.strip('"'): (zh, en) for key, zh, en in re.findall(r'([\w.]+|"[\w.]+"): \["([^"]+)", "([^"]+)"\]', body[1])
    }


@pytest.mark.requirement("N6")
@EVERY_PAGE
def test_every_control_that_a_script_makes_has_a_label(name: str) -> None:
    script = between(page(name).html, "script")[0]
    named = r'("[^"]+"|`[^`]+`|id\b)'
    made = re.findall(rf'el\("(?:input|select|textarea)", \{{ (?:type: "checkbox", )?(?:id: )?{named}', script)
    labelled = re.findall(rf'el\("label", \{{[^}}]*?for: {named}', script)
    assert set(made) <= set(labelled)
    assert set(re.findall(r'keep\(("[^"]+")', script)) <= set(labelled)


@pytest.mark.requirement("N6")
def test_the_case_page_speaks_of_every_end_of_a_recheck() -> None:
    script = between(page("case").html, "script")[0]
    assert set(list_of(script, "ENDED_RECHECKS")) == {one.value for one in set(RecheckStatus) - OPEN_STATUSES}
    assert f"maxlength: {LONGEST_STATEMENT}" in script
    assert f"maxlength: {LONGEST_URGENCY_REASON}" in script


@pytest.mark.requirement("A15")
def test_the_notices_page_and_the_chain_of_versions_name_every_state() -> None:
    notices, check = (between(page(name).html, "script")[0] for name in ("notices", "check"))
    assert set(words_of(notices, "STATES")) == {"superseded", "revoked"}
    assert set(words_of(check, "VERSION_STATES")) == {"valid", "superseded", "revoked"}
    assert set(words_of(check, "LOGGED_EVENTS")) == {"issued", "superseded", "revoked"}


@pytest.mark.requirement("A4", "A9")
def test_the_portal_asks_what_the_verification_form_asks() -> None:
    script = between(page("portal").html, "script")[0]
    names = words_of(script, "NAMES")
    assert names == {field: tuple(named_field(field)[tongue] for tongue in ("zh", "en")) for field in MATERIAL_FIELDS}
    left_out = set(list_of(re.sub(r"const ARCHIVE_FIELDS.*?!\[", "const LEFT_OUT = [", script), "LEFT_OUT"))
    assert set(names) - left_out == ARCHIVE_FIELDS
    assert set(words_of(script, "ANSWERS")) == {result.value for result in Result}
    assert set(words_of(script, "MATCHES")) == {result.value for result in MatchResult}


@pytest.mark.requirement("A8")
def test_the_portal_knows_every_letter_of_a_scope() -> None:
    script = between(page("portal").html, "script")[0]
    assert keys_of(script, "levels") == list(LEVEL_LETTERS)
    assert keys_of(script, "award_years") == list(YEAR_LETTERS)
    assert keys_of(script, "study_forms") == list(STUDY_LETTERS)
    assert set(words_of(script, "AWARD_YEARS")) == {one.value for one in AwardYear}
    assert set(words_of(script, "STUDY_GROUPS")) == {one.value for one in StudyGroup}


@pytest.mark.requirement("N4")
def test_the_portals_tokens_stay_in_the_tab_and_out_of_addresses() -> None:
    script = between(page("portal").html, "script")[0]
    assert "localStorage" not in script
    assert "document.cookie" not in script
    for address in re.findall(r"URLSearchParams\(\{(.*?)\}\)", script) + re.findall(r"[`\"](v1/[^`\"]*)", script):
        assert "token" not in address
