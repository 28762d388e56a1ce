"""What keeps data keeps it: encrypted, recoverable, not public, not deleted with the stack."""

from __future__ import annotations

import pytest

from degree_auth.adapters.shared.retention import published_retention, retention_table
from degree_auth.domain.accounts.passwords import TEMPORARY_PASSWORD_TIME
from degree_auth.domain.accounts.staff import KEY_TIME
from degree_auth.services.institutions.registration import CONTACTS, PASSWORDS
from degree_auth.services.review.staff_accounts import FOLDER, KEYS
from tests.template.model import RESOURCES, SOURCE, of_type, properties, resources_in

TABLES = of_type("AWS::DynamoDB::Table")
BUCKETS = of_type("AWS::S3::Bucket")
KEPT = [*TABLES, *BUCKETS, *of_type("AWS::KMS::Key"), *of_type("AWS::SecretsManager::Secret")]

# Tables in which nothing ever expires.
FOR_EVER = {
    "CasesTable": "cases, their logs and reports",
    "RegisterTable": "the award register and its history",
}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("table", TABLES)
def test_a_table_can_be_restored_to_any_second(table: str) -> None:
    assert properties(table)["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("table", TABLES)
def test_a_table_cannot_be_deleted_in_production(table: str) -> None:
    assert properties(table)["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("resource", KEPT)
def test_data_keys_and_secrets_outlive_the_stack(resource: str) -> None:
    assert RESOURCES[resource]["DeletionPolicy"] in ("Retain", "RetainExceptOnCreate")
    assert RESOURCES[resource]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_encrypted_and_grows_by_itself(table: str) -> None:
    assert properties(table)["SSESpecification"]["SSEEnabled"] is True
    assert properties(table)["BillingMode"] == "PAY_PER_REQUEST"


OWN_KEY = {"Fn::If": ["HasOwnDataKey", {"Fn::GetAtt": ["DataKey", "Arn"]}, {"Ref": "AWS::NoValue"}]}


@pytest.mark.requirement("N4")
def test_whoever_wishes_has_all_that_is_kept_under_a_key_of_their_own() -> None:
    assert SOURCE["Parameters"]["OwnDataKey"]["Default"] == "no"
    assert RESOURCES["DataKey"]["Condition"] == "HasOwnDataKey"
    assert properties("DataKey")["EnableKeyRotation"] is True
    for table in TABLES:
        assert properties(table)["SSESpecification"]["KMSMasterKeyId"] == OWN_KEY
    for secret in of_type("AWS::SecretsManager::Secret"):
        assert properties(secret)["KmsKeyId"] == OWN_KEY
    # S3 writes its log under no other key than its own.
    for bucket in set(BUCKETS) - {"DocumentLogsBucket"}:
        (rule,) = properties(bucket)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == OWN_KEY


@pytest.mark.requirement("N4")
def test_the_key_of_ones_own_serves_the_services_that_keep_data_alone_and_this_account() -> None:
    _, through = properties("DataKey")["KeyPolicy"]["Statement"]
    assert through["Condition"]["StringEquals"] == {"kms:CallerAccount": {"Ref": "AWS::AccountId"}}
    services = [one["Fn::Sub"].split(".")[0] for one in through["Condition"]["StringLike"]["kms:ViaService"]]
    assert services == ["dynamodb", "secretsmanager", "s3"]
    assert "kms:*" not in through["Action"]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_says_what_expires_or_is_known_to_keep_all(table: str) -> None:
    expiry = properties(table).get("TimeToLiveSpecification")
    if table in FOR_EVER:
        assert expiry is None
    else:
        assert expiry == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_closed_to_the_public(bucket: str) -> None:
    assert set(properties(bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties(bucket)["PublicAccessBlockConfiguration"]) == 4


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_encrypted_and_refuses_plain_transport(bucket: str) -> None:
    rules = properties(bucket)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rules[0]["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("aws:kms", "AES256")
    # Everywhere but on the local AWS, which is called without TLS.
    policies = [name for name in of_type("AWS::S3::BucketPolicy") if bucket in resources_in(properties(name)["Bucket"])]
    assert [RESOURCES[policy]["Condition"] for policy in policies] == [RESOURCES[bucket].get("Condition", "IsOnAws")]
    refusals = [
        statement
        for policy in of_type("AWS::S3::BucketPolicy")
        if resources_in(properties(policy)["Bucket"]) == {bucket}
        for statement in properties(policy)["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    ]
    assert len(refusals) == 1
    assert len(refusals[0]["Resource"]) == 2


@pytest.mark.requirement("N1")
@pytest.mark.parametrize("bucket", BUCKETS)
def test_what_is_overwritten_in_a_bucket_can_be_had_again(bucket: str) -> None:
    assert properties(bucket)["VersioningConfiguration"] == {"Status": "Enabled"}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_the_mark_of_what_is_gone_goes_with_its_last_version(bucket: str) -> None:
    rules = properties(bucket)["LifecycleConfiguration"]["Rules"]
    (rule,) = [rule for rule in rules if "ExpiredObjectDeleteMarker" in rule]
    assert (rule["Prefix"], rule["Status"], rule["ExpiredObjectDeleteMarker"]) == ("", "Enabled", True)


@pytest.mark.requirement("N3", "N4")
def test_an_operator_may_have_it_logged_who_fetched_which_document_and_nobody_else_writes_that_log() -> None:
    wished, logging, otherwise = properties("DocumentsBucket")["LoggingConfiguration"]["Fn::If"]
    assert properties("RegisterFilesBucket")["LoggingConfiguration"]["Fn::If"] == [wished, logging, otherwise]
    assert (wished, otherwise) == ("HasDocumentLogs", {"Ref": "AWS::NoValue"})
    assert SOURCE["Parameters"]["DocumentLogs"]["Default"] == "no"
    bucket = logging["DestinationBucketName"]["Ref"]
    assert RESOURCES[bucket]["Condition"] == "HasDocumentLogs"
    # S3 delivers its log into no bucket that is encrypted with a key of KMS.
    (rule,) = properties(bucket)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    (policy,) = [name for name in of_type("AWS::S3::BucketPolicy") if properties(name)["Bucket"] == {"Ref": bucket}]
    (allowed,) = [one for one in properties(policy)["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]
    assert (allowed["Principal"], allowed["Action"]) == ({"Service": "logging.s3.amazonaws.com"}, "s3:PutObject")
    assert allowed["Condition"] == {
        "ArnLike": {
            "aws:SourceArn": [{"Fn::GetAtt": [name, "Arn"]} for name in ("DocumentsBucket", "RegisterFilesBucket")]
        },
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
    }
    roles = [own for name in of_type("AWS::IAM::Role") for own in [properties(name)]]
    assert bucket not in str(roles), "no function reads or writes it"


@pytest.mark.requirement("A15", "N1")
def test_events_of_a_month_can_be_told_again_to_who_lost_them() -> None:
    (archive,) = of_type("AWS::Events::Archive")
    own = properties(archive)
    assert (resources_in(own["SourceArn"]), own["RetentionDays"]) == ({"EventBus"}, 30)
    assert RESOURCES[archive]["Condition"] == "IsOnAws"


@pytest.mark.requirement("A13", "N4")
@pytest.mark.parametrize(
    ("prefix", "days"),
    [
        ("review/", 30),
        ("registration/", 30),
        ("case-forms/", 30),
        ("scan-texts/", 180),
        (f"{PASSWORDS}/", TEMPORARY_PASSWORD_TIME.days),
        (f"{CONTACTS}/", 30),
        (f"{KEYS}/", KEY_TIME.days),
        (f"{FOLDER}/", KEY_TIME.days),
    ],
)
def test_what_staff_put_aside_about_people_goes_after_thirty_days_or_when_it_is_void(prefix: str, days: int) -> None:
    rules = properties("DocumentsBucket")["LifecycleConfiguration"]["Rules"]
    (rule,) = [one for one in rules if one["Prefix"] == prefix]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", days)
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


@pytest.mark.requirement("N1")
def test_what_is_made_before_user_and_password_are_put_in_is_not_read_as_these() -> None:
    assert ":" in properties("MailRelayCredentials")["GenerateSecretString"]["ExcludeCharacters"]


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("secret", of_type("AWS::SecretsManager::Secret"))
def test_a_secret_is_made_by_the_stack_and_stands_in_no_file(secret: str) -> None:
    assert "SecretString" not in properties(secret)
    assert properties(secret)["GenerateSecretString"]["PasswordLength"] >= 64


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("topic", of_type("AWS::SNS::Topic"))
def test_a_topic_is_encrypted(topic: str) -> None:
    assert properties(topic)["KmsMasterKeyId"]


RETENTION = retention_table()


def _lifecycle(bucket: str) -> dict[str, tuple[int | None, int]]:
    return {
        rule["Prefix"]: (rule.get("ExpirationInDays"), rule["NoncurrentVersionExpiration"]["NoncurrentDays"])
        for rule in properties(bucket)["LifecycleConfiguration"]["Rules"]
        if rule["Status"] == "Enabled" and "ExpiredObjectDeleteMarker" not in rule
    }


@pytest.mark.requirement("N4")
@pytest.mark.parametrize("bucket", BUCKETS)
def test_what_a_bucket_removes_is_what_the_table_of_retention_says(bucket: str) -> None:
    rows = [row for row in RETENTION if row["by"] == "lifecycle" and row["bucket"] == bucket]
    assert _lifecycle(bucket) == {row["prefix"]: (row.get("days"), row["former"]) for row in rows}


@pytest.mark.requirement("N4")
def test_what_else_expires_is_what_the_table_of_retention_says() -> None:
    by = {kind: [row for row in RETENTION if row["by"] == kind] for kind in ("ttl", "logs", "queue", "sweep", "kept")}
    assert {row["table"] for row in by["ttl"]} == set(TABLES) - set(FOR_EVER)
    (logs,), (queue,) = by["logs"], by["queue"]
    assert {properties(one)["RetentionInDays"] for one in of_type("AWS::Logs::LogGroup")} == {logs["days"]}
    kept = {properties(one)["MessageRetentionPeriod"] for one in of_type("AWS::SQS::Queue")}
    assert kept == {queue["days"] * 24 * 60 * 60}
    assert {row["class"] for row in by["sweep"]} == {"case", "identity_document", "uploaded_file"}
    assert published_retention().identity_documents < published_retention().files < published_retention().case


@pytest.mark.requirement("N4")
def test_the_table_of_retention_says_of_each_class_where_it_stands_and_why() -> None:
    assert len({row["class"] for row in RETENTION}) == len(RETENTION)
    for row in RETENTION:
        assert row["where"]
        assert row["why"]
        assert (row["by"] == "kept") == (not row["from"])
        assert row["by"] in {"kept", "ttl"} or row.get("days", row.get("former")) > 0
