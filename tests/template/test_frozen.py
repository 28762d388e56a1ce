"""What may not change by itself: a changed property makes AWS replace the data, the secret or the value behind it."""

from __future__ import annotations

import pytest

from tests.template.model import RESOURCES, of_type, properties

# An update of any of these properties writes the template's value over the one that was put in after the deployment:
# reports stop, the clock goes back.
PARAMETERS = {
    "SigningCertificate": {
        "Type": "String",
        "Name": {"Fn::Sub": "/${AWS::StackName}/signing-certificate"},
        "Tier": "Intelligent-Tiering",
        "Description": "Certificate chain of the signing key in PEM; the value is put in after the deployment",
        "Value": "none",
    },
    "TimestampRoots": {
        "Type": "String",
        "Name": {"Fn::Sub": "/${AWS::StackName}/timestamp-roots"},
        "Tier": "Intelligent-Tiering",
        "Description": "Root certificates of the timestamp authority in PEM; the value is put in after the deployment",
        "Value": "none",
    },
    "ClockOffset": {
        "Type": "String",
        "Name": {"Fn::Sub": "/${AWS::StackName}/clock-offset"},
        "Description": "Seconds by which the application's clock is ahead; put in by tools/clock.py and never lowered",
        "Value": "0",
    },
}

# Another form generates another secret: what is sealed under the old one is then lost.
GENERATED = {
    "MasterSecret": {"PasswordLength": 64, "ExcludePunctuation": True},
    "PlatformWebhookSecret": {"PasswordLength": 64, "ExcludePunctuation": True},
    "IdentityClientSecret": {"PasswordLength": 64, "ExcludePunctuation": True},
    "MailRelayCredentials": {"PasswordLength": 64, "ExcludePunctuation": True, "ExcludeCharacters": ":"},
    "TextGatewaySecret": {"PasswordLength": 64, "ExcludePunctuation": True},
}

# A table whose key changes is replaced by an empty one. An index whose key or projection changes is built anew, and one
# update of a table may add or remove one index only.
KEY = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
INDEXES = {
    "CasesTable": {
        "cases_by_retention": ("retention_on", "pk"),
        "open_cases": ("open_shard", "changed_at"),
        "tasks_by_institution": ("institution_list", "place"),
        "tasks_by_department": ("department_list", "place"),
        "reports_by_month": ("month_shard", "report_number"),
        "work_lists": ("work_list", "work_place"),
        "readings_by_reader": ("reader_day", "reading_place"),
    },
    "RegisterTable": {"by_person": ("person_key", "pk"), "by_holder": ("holder_key", "pk")},
    "AccountsTable": {"fees_by_period": ("fee_period", "pk")},
    "NotificationsTable": {},
}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("parameter", sorted(PARAMETERS))
def test_a_parameter_whose_value_is_put_in_afterwards_keeps_all_its_properties(parameter: str) -> None:
    assert properties(parameter) == PARAMETERS[parameter]


@pytest.mark.requirement("N1")
def test_every_parameter_is_put_in_afterwards_or_known_to_the_template() -> None:
    assert set(of_type("AWS::SSM::Parameter")) - set(PARAMETERS) == {"CheckUrl"}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("secret", of_type("AWS::SecretsManager::Secret"))
def test_a_secret_is_generated_once(secret: str) -> None:
    assert properties(secret)["GenerateSecretString"] == GENERATED[secret]
    assert properties(secret).keys() == {"Description", "GenerateSecretString", "KmsKeyId"}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("table", of_type("AWS::DynamoDB::Table"))
def test_a_table_keeps_its_key_its_indexes_and_its_name(table: str) -> None:
    own = properties(table)
    indexes = {
        index["IndexName"]: tuple(part["AttributeName"] for part in index["KeySchema"])
        for index in own.get("GlobalSecondaryIndexes", ())
    }
    assert (own["KeySchema"], indexes) == (KEY, INDEXES[table])
    # A table with a name of its own can not be replaced, and its stack not be made again beside it.
    assert "TableName" not in own
    assert "LocalSecondaryIndexes" not in own


@pytest.mark.requirement("N1")
def test_signing_goes_on_with_the_key_that_it_began_with() -> None:
    own = properties("SigningKey")
    assert (own["KeySpec"], own["KeyUsage"]) == ("RSA_2048", "SIGN_VERIFY")
    assert RESOURCES["SigningKey"]["UpdateReplacePolicy"] == "Retain"
