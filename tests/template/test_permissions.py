"""Least privilege (N4): what each function and machine may do, and to what."""

from __future__ import annotations

import graphlib
import re

import pytest

from tests.template.model import (
    FUNCTIONS,
    MACHINES,
    RESOURCES,
    SOURCE,
    listed,
    of_type,
    properties,
    resources_in,
    role_of,
    statements,
    strings,
)
from tools.environment import ROOT

pytestmark = pytest.mark.requirement("N4")

ROLES = of_type("AWS::IAM::Role")

# Actions that IAM cannot narrow to a resource.
WITHOUT_RESOURCE = {
    "states:SendTaskSuccess": "a task token names its execution by itself",
    "states:SendTaskFailure": "a task token names its execution by itself",
    "states:SendTaskHeartbeat": "a task token names its execution by itself",
    "cloudwatch:PutMetricData": "metrics are not resources; narrowed by a condition on the namespace",
}

# What the serverless transform gives by itself.
MANAGED = {
    "service-role/AWSLambdaBasicExecutionRole": "writing the function's own logs",
    "AWSXrayWriteOnlyAccess": "sending traces",
    "AWSXRayDaemonWriteAccess": "sending traces",
    "service-role/AWSLambdaSQSQueueExecutionRole": "taking messages off a queue, for the functions that do",
    "service-role/AWSLambdaDynamoDBExecutionRole": "reading a table's stream, for the functions that do",
}


def own_name(logical_id: str) -> str:
    """The name that the template gives a resource, as an ARN written out would end with it."""
    names = list(strings(properties(logical_id).get("Name", logical_id)))
    return names[0]


def is_own_execution(role: str, resource: dict[str, str]) -> bool:
    """Whether a pattern names the executions of the role's own machine, which its own role cannot refer to."""
    machine = role.removesuffix("Role")
    if machine not in MACHINES:
        return False
    executions = re.escape(f":execution:{properties(machine)['StateMachineName']['Fn::Sub']}") + "[:/][*]"
    return bool(re.search(f"{executions}$", resource["Fn::Sub"]))


@pytest.mark.parametrize("role", ROLES)
def test_no_action_is_a_wildcard(role: str) -> None:
    actions = [action for statement in statements(role) for action in listed(statement["Action"])]
    assert [action for action in actions if "*" in action] == []


@pytest.mark.parametrize("role", ROLES)
def test_no_statement_says_what_is_not_allowed_or_not_meant(role: str) -> None:
    for statement in statements(role):
        assert statement["Effect"] == "Allow"
        assert not {"NotAction", "NotResource"} & set(statement)


@pytest.mark.parametrize("role", ROLES)
def test_every_resource_is_named_except_where_none_can_be(role: str) -> None:
    for statement in statements(role):
        if any(resource == "*" for resource in listed(statement["Resource"])):
            assert set(listed(statement["Action"])) <= set(WITHOUT_RESOURCE), statement


@pytest.mark.parametrize("role", ROLES)
def test_a_resource_pattern_is_open_only_below_a_resource_of_this_stack(role: str) -> None:
    for statement in statements(role):
        for resource in listed(statement["Resource"]):
            if resource != "*" and any("*" in text for text in strings(resource)):
                assert resources_in(resource) or is_own_execution(role, resource), resource


def test_who_checks_reports_can_read_reports_alone() -> None:
    allowed = {
        (statement["Sid"], action): statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        for statement in statements(role_of("PublicApiFunction"))
        if "CasesTable" in resources_in(statement)
        for action in listed(statement["Action"])
    }
    logged = ["log#*"]
    assert allowed == {
        ("ReadReports", "dynamodb:GetItem"): ["report#*", "file#*", "status#*"],
        ("CountChecks", "dynamodb:UpdateItem"): ["checks#*"],
        ("ReadPublicKeys", "dynamodb:Query"): ["signing-keys"],
        ("ReadNotices", "dynamodb:Query"): ["notices#*"],
        **{("ReadReportLog", f"dynamodb:{action}"): logged for action in ("GetItem", "BatchGetItem", "Query")},
    }


@pytest.mark.requirement("A13")
def test_who_routes_tasks_may_read_institutions_and_change_none() -> None:
    (reading,) = [
        statement for statement in statements(role_of("AttendTaskFunction")) if "AccountsTable" in str(statement)
    ]
    assert listed(reading["Action"]) == ["dynamodb:Query"]


@pytest.mark.requirement("A13")
def test_forms_of_staff_are_read_and_passwords_and_contacts_written_by_staffs_function_alone() -> None:
    allowed = {
        (role, action, resource["Fn::Sub"].partition("/")[2])
        for role in ROLES
        for statement in statements(role)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if re.search("/(registration|case-forms|passwords|contacts)/", str(resource)) and action != "s3:DeleteObject"
    }
    staff = role_of("StaffActionFunction")
    assert allowed == {
        (staff, "s3:GetObject", "registration/*"),
        (staff, "s3:GetObject", "case-forms/*"),
        (staff, "s3:PutObject", "passwords/*"),
        (staff, "s3:PutObject", "contacts/*"),
    }


@pytest.mark.requirement("A13", "N4")
def test_accounts_of_staff_and_their_keys_are_reached_by_staffs_functions_alone() -> None:
    every = [
        (role, statement, resource)
        for role in ROLES
        for statement in statements(role)
        for resource in listed(statement["Resource"])
    ]
    keys = {
        role: statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", ["*"])
        for role, statement, resource in every
        if "AccountsTable" in str(resource) and "/index/" not in str(resource)
        if "staff" in str(statement.get("Condition")) or "LeadingKeys" not in str(statement)
    }
    staff = role_of("StaffActionFunction")
    assert keys == {staff: ["institution#*", "login#*", "staff"], role_of("TraceStaffFunction"): ["staff"]}
    reaching = {
        (role, *listed(statement["Action"]), str(resource).rpartition("}")[0].rpartition("/")[0].rpartition("/")[2])
        for role, statement, resource in every
        if re.search("/staff(-keys)?/", str(resource))
    }
    assert reaching == {(staff, "s3:PutObject", "staff"), (staff, "s3:PutObject", "staff-keys")}


@pytest.mark.requirement("A9", "A13")
def test_the_institutions_function_reaches_every_partition_of_accounts_that_it_keeps_and_no_other() -> None:
    adapters = ROOT / "layers" / "degree_auth" / "adapters"
    texts = [(adapters / room / "table.py").read_text("utf-8") for room in ("accounts", "institutions")]
    kept = {f"{name}#*" for text in texts for name in re.findall(r'f"([a-z-]+)#\{', text)}
    (reaching,) = [
        statement
        for statement in statements(role_of("InstitutionApiFunction"))
        if "AccountsTable" in str(statement["Resource"]) and "/index/" not in str(statement["Resource"])
    ]
    assert set(reaching["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]) == kept


def test_who_takes_watches_can_write_watches_alone() -> None:
    writing = [
        statement
        for statement in statements(role_of("WatchApiFunction"))
        if "CasesTable" in resources_in(statement) and listed(statement["Action"]) != ["dynamodb:GetItem"]
    ]
    assert [listed(statement["Action"]) for statement in writing] == [["dynamodb:PutItem", "dynamodb:UpdateItem"]]
    assert writing[0]["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["watches#*"]}}


def test_who_calls_strangers_addresses_reaches_neither_cases_nor_the_platforms_secret() -> None:
    allowed = statements(role_of("NotifyWatchersFunction"))
    (table,) = [statement for statement in allowed if "CasesTable" in resources_in(statement)]
    assert table["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["watches#*"]}}
    assert "PlatformWebhookSecret" not in resources_in(allowed)


def test_who_writes_the_report_log_can_touch_the_log_alone_and_takes_nothing_back() -> None:
    writing, reading = [
        statement for statement in statements(role_of("LogReportsFunction")) if "CasesTable" in resources_in(statement)
    ]
    assert listed(writing["Action"]) == ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem"]
    assert writing["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["log#*", "status#*", "signing-keys"]}
    }
    assert listed(reading["Action"]) == ["dynamodb:Query"]
    assert reading["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["status#*"]}}


WRITES = {f"dynamodb:{action}Item" for action in ("Put", "Update", "Delete", "BatchWrite")}
CASES = {"RZ*"}
TASKS = CASES | {"certificate#*"}
"""Cases, with the tasks that are found by a certificate's number."""

WRITTEN_KEYS = {
    "ApplicantApiFunction": TASKS | {"submission#*", "holder#*", "count#*", "open#*", "disavowed#*"},
    "InstitutionApiFunction": TASKS,
    "CompareClaimFunction": TASKS | {"count#*"},
    "AttendTaskFunction": TASKS,
    "ChangeRegisterFunction": TASKS,
    "ReceiveAttachmentFunction": TASKS,
    "RemindApplicantsFunction": CASES | {"open#*"},
    "ReconcileCasesFunction": CASES | {"work"},
    "FlagReportsFunction": TASKS,
    "SpotCheckFunction": TASKS | {"draws"},
    "StaffActionFunction": TASKS
    | {"report#*", "notices#*", "status#*", "draws", "holder#*", "open#*"}
    | {"platform#endpoint"},
    "DeliverWebhooksFunction": {"platform#*"},
    "CountAnswersFunction": {"answers#*"},
    "SweepRetentionFunction": TASKS | {"retention"},
    "IssueReportFunction": TASKS
    | {"report#*", "award#*", "file#*", "notices#*", "status#*", "open#*", "count#*", "signing-keys", "disavowed#*"},
    "LogReportsFunction": {"log#*", "status#*", "signing-keys"},
    "WatchApiFunction": {"watches#*"},
    "PublicApiFunction": {"checks#*"},
    "NotifyWatchersFunction": {"watches#*"},
    **dict.fromkeys(set(MACHINES) - {"SpotCheckMachine", "StaffActionsMachine", "RegisterImportMachine"}, CASES),
}

READINGS = {"readings#*"}
LEADING_TO_A_CASE = {"holder#*", "submission#*", "award#*", "watches#*", "certificate#*"}
SHOWING_HOLDERS = {"award#*", "disavowed#*", "report#*"}
"""What erasing a case removes, and what it changes: each write is one by itself."""

WRITTEN_BESIDE = {
    "ApplicantApiFunction": (READINGS,),
    "InstitutionApiFunction": (READINGS | {"reader#*"},),
    "StaffActionFunction": (READINGS | {"reader#*"}, LEADING_TO_A_CASE, SHOWING_HOLDERS),
    "SweepRetentionFunction": (LEADING_TO_A_CASE, SHOWING_HOLDERS),
}
"""What is written beside what a commit writes: that somebody reads, before it is shown."""


@pytest.mark.requirement("N1", "N4")
def test_reports_are_issued_on_condition_of_what_was_disavowed_and_nothing_else_is_only_looked_at() -> None:
    looking = [
        (name, listed(statement["Action"]))
        for name in FUNCTIONS
        for statement in statements(role_of(name))
        if "dynamodb:ConditionCheckItem" in listed(statement["Action"])
    ]
    # In one statement with the writes of the same transaction, which is asked about as a whole.
    actions = [f"dynamodb:{action}Item" for action in ("Put", "Update", "ConditionCheck")]
    assert looking == [("IssueReportFunction", actions)]


def keys_written(role: str) -> list[set[str]]:
    """The partitions of the table of cases that each statement of a role lets it write."""
    return [
        set(listed(statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", "*")))
        for statement in statements(role)
        if "CasesTable" in resources_in(statement) and WRITES & set(listed(statement["Action"]))
    ]


@pytest.mark.requirement("A15", "N3")
def test_each_writes_the_partitions_that_its_commits_need_and_the_report_log_is_its_writers_alone() -> None:
    # One statement each: a transaction is asked about as a whole, so its keys must all be in the same list.
    written = {name: keys_written(role_of(name)) for name in [*FUNCTIONS, *MACHINES]}
    assert {name: found for name, found in written.items() if found} == {
        name: [keys, *WRITTEN_BESIDE.get(name, ())] for name, keys in WRITTEN_KEYS.items()
    }
    assert {name for name, keys in WRITTEN_KEYS.items() if "log#*" in keys} == {"LogReportsFunction"}


@pytest.mark.requirement("A15", "N1")
def test_who_reads_the_log_of_a_case_may_read_what_lies_beside_it() -> None:
    # With a log comes the case's data key, and what was sealed again (docs/adr/0047): denied it, no log is read.
    def on_cases(name: str, action: str) -> bool:
        return any(
            action in listed(statement["Action"])
            and "RZ*"
            in statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", ["RZ*"])
            for statement in statements(role_of(name))
            if "CasesTable" in resources_in(statement["Resource"]) and "/index/" not in str(statement["Resource"])
        )

    reading = {name for name in FUNCTIONS if on_cases(name, "dynamodb:Query")}
    assert reading >= {"CountAnswersFunction", "DeliverWebhooksFunction"}
    assert {name for name in reading if not on_cases(name, "dynamodb:GetItem")} == set()


def test_who_flags_reports_after_an_import_finds_reports_and_opens_rechecks_and_writes_no_register() -> None:
    allowed = statements(role_of("FlagReportsFunction"))
    keys = {
        statement["Sid"]: statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        for statement in allowed
        if "CasesTable" in resources_in(statement)
    }
    assert keys == {"ReadReportsOfAwards": ["award#*", "report#*"], "OpenRechecks": ["RZ*", "certificate#*"]}
    (register,) = [statement for statement in allowed if "RegisterTable" in resources_in(statement)]
    assert listed(register["Action"]) == ["dynamodb:Query", "dynamodb:BatchGetItem"]
    importing = statements(role_of("ImportRegisterFunction"))
    assert not [statement for statement in importing if "CasesTable" in resources_in(statement)]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_who_writes_a_table_is_given_the_table_and_none_of_its_indexes(function: str) -> None:
    writing = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
    for statement in statements(role_of(function)):
        if writing & {action.removeprefix("dynamodb:") for action in listed(statement["Action"])}:
            assert "/index/" not in str(statement["Resource"])


@pytest.mark.requirement("A8")
def test_who_serves_applicants_reads_institutions_and_applicants_sessions_and_nothing_of_accounts() -> None:
    assert of_accounts("ApplicantApiFunction") == {
        ("dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"): ["shares#*", "share#*"],
        ("dynamodb:Query",): ["institution#*"],
        ("dynamodb:GetItem",): ["applicant-session#*"],
    }


@pytest.mark.requirement("A15", "N4")
def test_who_answers_everybody_finds_shared_results_and_counts_their_views_alone() -> None:
    assert of_accounts("PublicApiFunction") == {
        ("dynamodb:GetItem",): ["shares#*", "share#*"],
        ("dynamodb:UpdateItem",): ["shares#*"],
    }


@pytest.mark.requirement("A1")
def test_who_signs_applicants_in_keeps_sessions_alone_and_reaches_no_case() -> None:
    assert of_accounts("ApplicantSignInFunction") == {
        ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"): ["applicant-sign-in#*", "applicant-session#*"]
    }
    role = role_of("ApplicantSignInFunction")
    assert resources_in([statement["Resource"] for statement in statements(role)]) == {
        "AccountsTable",
        "MasterSecret",
        "IdentityClientSecret",
    }


def of_accounts(function: str) -> dict[tuple[str, ...], list[str]]:
    """Which partitions of the table of accounts a function reaches, by what it may do there."""
    return {
        tuple(listed(statement["Action"])): statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        for statement in statements(role_of(function))
        if "AccountsTable" in str(statement["Resource"])
    }


@pytest.mark.parametrize("role", ROLES)
def test_managed_policies_are_those_that_the_transform_gives(role: str) -> None:
    names = [str(arn).split(":policy/")[-1] for arn in properties(role).get("ManagedPolicyArns", ())]
    assert set(names) <= set(MANAGED)


def test_no_two_functions_or_machines_share_a_role() -> None:
    roles = [role_of(logical_id) for logical_id in [*FUNCTIONS, *MACHINES]]
    assert len(roles) == len(set(roles))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_touch_only_what_it_is_told_of(function: str) -> None:
    own = SOURCE["Resources"][function]["Properties"]
    told = resources_in([own.get("Environment", {}), own.get("Events", {}), own.get("DeadLetterQueue", {})])
    rules = [properties(name) for name in of_type("AWS::Events::Rule")]
    told |= resources_in([rule.get("EventPattern") for rule in rules if resources_in(rule["Targets"]) & told])
    allowed = set().union(*(resources_in(statement["Resource"]) for statement in statements(role_of(function))))
    assert allowed <= told


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_told_of_nothing_it_may_not_touch(function: str) -> None:
    variables = SOURCE["Resources"][function]["Properties"].get("Environment", {}).get("Variables", {})
    # An address is to be shown or compared, and asks for no permission.
    told = [value for value in variables.values() if not any(text.startswith("https://") for text in strings(value))]
    allowed = str([statement["Resource"] for statement in statements(role_of(function))])
    assert [name for name in resources_in(told) if name not in allowed and own_name(name) not in allowed] == []


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_a_machine_may_touch_only_what_its_states_name(machine: str) -> None:
    named = resources_in(properties(machine).get("DefinitionSubstitutions", {}))
    versions = {properties(alias)["FunctionName"]["Ref"] for alias in of_type("AWS::Lambda::Alias") if alias in named}
    allowed = set().union(*(resources_in(statement["Resource"]) for statement in statements(role_of(machine))))
    assert allowed - {machine} <= named | versions


def test_every_arn_is_written_for_any_partition() -> None:
    # What the transform itself writes is for the region it runs in; ours must hold everywhere.
    fixed = [text for text in strings(SOURCE) if re.search(r"arn:(?!\$\{AWS::Partition\})", text)]
    for path in (ROOT / "statemachines").glob("*.json"):
        fixed += re.findall(r"arn:(?!\$\{Partition\})[^\"]*", path.read_text(encoding="utf-8"))
    assert fixed == []


def test_no_host_name_is_written_for_one_partition() -> None:
    hosts = [text for text in strings(SOURCE) if re.search(r"\.amazonaws\.com", text)]
    principals = re.compile(r"[a-z]+(\.s3)?\.amazonaws\.com")
    assert [text for text in hosts if not principals.fullmatch(text)] == []


def test_resource_policies_give_nothing_to_strangers() -> None:
    kinds = ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
    for policy in [name for kind in kinds for name in of_type(kind)]:
        for written in listed(properties(policy)["PolicyDocument"]["Statement"]):
            statement = written["Fn::If"][1] if "Fn::If" in written else written
            if statement["Effect"] == "Allow":
                assert statement["Principal"] not in ("*", {"AWS": "*"}), policy


def test_keys_are_left_to_the_accounts_own_policies() -> None:
    for key in of_type("AWS::KMS::Key"):
        for statement in listed(properties(key)["KeyPolicy"]["Statement"]):
            # A service may use a key only on behalf of this account.
            by_service = "Service" in statement["Principal"] or "kms:ViaService" in str(statement.get("Condition"))
            told = statement["Condition"]["StringEquals"] if by_service else statement["Principal"]
            assert "AWS::AccountId" in str(told), key
            assert by_service or ":root" in str(told), key


def test_nothing_in_the_stack_waits_for_itself() -> None:
    edges = {
        name: (resources_in(found.get("Properties", {})) | set(listed(found.get("DependsOn") or []))) - {name}
        for name, found in RESOURCES.items()
    }
    assert set(graphlib.TopologicalSorter(edges).static_order()) == set(RESOURCES)


def test_reports_are_signed_by_the_issuing_roles_alone() -> None:
    signing = {
        role: [one["Resource"] for one in statements(role) if {"kms:Sign", "kms:*", "*"} & set(listed(one["Action"]))]
        for role in ROLES
    }
    key = {"Fn::GetAtt": ["SigningKey", "Arn"]}
    assert {role: found for role, found in signing.items() if found} == {
        "IssueReportFunctionRole": [key],
        "LogReportsFunctionRole": [key],
    }
    policies = [properties(name)["PolicyDocument"]["Statement"] for name in of_type("AWS::IAM::ManagedPolicy")]
    assert not [one for some in policies for one in listed(some) if "kms" in str(one["Action"])]


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("function", ["ExamineFileFunction", "RecognizeTextFunction"])
def test_who_looks_into_strangers_files_is_permitted_nothing_and_has_no_settings(function: str) -> None:
    own = SOURCE["Resources"][function]["Properties"]
    assert not own.keys() & {"Policies", "Role", "Environment", "Events", "VpcConfig"}


@pytest.mark.requirement("N4")
def test_files_as_they_were_sent_are_handed_out_by_nobody() -> None:
    reading = {
        (function, str(resource["Fn::Sub"]).partition("/attachments/")[2])
        for function in FUNCTIONS
        for statement in statements(role_of(function))
        if "s3:GetObject" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if "/attachments/" in str(resource)
    }
    assert reading == {("ReceiveAttachmentFunction", "*")}
