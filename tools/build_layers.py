"""Stages the Lambda layers under build/layers, unpacked as Lambda will see them under /opt.

    python -m tools.build_layers                     for this machine's own Python and platform
    python -m tools.build_layers python3.13 x86_64   for a Lambda runtime and architecture

A layer is built again only when something it is made from has changed. Byte code is shipped, valid whatever the files'
times become in packing, because compiling at a cold start costs as much as everything else in it.
"""

from __future__ import annotations

import compileall
import fcntl
import hashlib
import py_compile
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

from degree_auth.adapters.review.recognition import WHEELS
from degree_auth.domain.shared.words import Words
from tools import build_fonts
from tools.environment import LAYERS, ROOT, say
from tools.template import Template, artifacts, load

# Lambda's limit for a function's code and all its layers, unzipped.
LIMIT_BYTES = 250 * 1024 * 1024

# The AWS services that functions call; of botocore's models of all services only these are shipped.
AWS_SERVICES = ("dynamodb", "events", "kms", "lambda", "s3", "secretsmanager", "sqs", "ssm", "stepfunctions", "sts")

_PACKAGE = ROOT / "layers" / "degree_auth"
_PINNED = {
    name: ROOT / "layers" / name / "requirements.txt"
    for name in ("dependencies", "report", "examination", "recognition")
}

# Installed, but of no use to a running function.
_USELESS = (
    "bin",
    "**/tests",
    "**/*.pyi",
    "*.dist-info/RECORD",
    "*.dist-info/REQUESTED",
    "*.dist-info/INSTALLER",
    "*.dist-info/WHEEL",
    "*.dist-info/direct_url.json",
    "boto3/examples",
    "chalice/cdk",
    "chalice/cli",
    "chalice/deploy",
    "chalice/templates",
)


@dataclass(frozen=True)
class Target:
    """What a layer is built for: a Python version such as "3.13", an architecture; `None` is this machine's own."""

    python: str
    architecture: str | None

    @classmethod
    def here(cls) -> Target:
        """This interpreter on this machine."""
        return cls(f"{sys.version_info.major}.{sys.version_info.minor}", None)

    @classmethod
    def of_lambda(cls, runtime: str, architecture: str) -> Target:
        """A Lambda runtime such as "python3.13" on "x86_64" or "arm64"."""
        return cls(runtime.removeprefix("python"), architecture)

    @property
    def same_python(self) -> bool:
        """Whether byte code made by this interpreter is valid there."""
        return self.python == Target.here().python

    def pip_arguments(self) -> list[str]:
        """How pip is told to install for this target."""
        if self.architecture is None:
            return []
        machine = self._machine()
        newest_glibc = 26 if self.python == "3.11" else 34  # Amazon Linux 2 below Python 3.12, 2023 from there on
        platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(newest_glibc, 16, -1)]
        tags = [f"manylinux2014_{machine}", *platforms]
        return ["--python-version", self.python, "--implementation", "cp"] + [
            argument for tag in tags for argument in ("--platform", tag)
        ]

    def markers(self) -> dict[str, str]:
        """The environment in which a requirement's marker is judged."""
        environment = {name: str(value) for name, value in default_environment().items()}
        if self.architecture is None:
            return environment
        return environment | {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "platform_machine": self._machine(),
            "platform_system": "Linux",
            "sys_platform": "linux",
            "os_name": "posix",
        }

    def _machine(self) -> str:
        return "aarch64" if self.architecture == "arm64" else "x86_64"


def build(target: Target) -> dict[str, str]:
    """Stage every layer; return each one's digest: layer name -> hexadecimal digest of what it was made from.

    Two processes that build at once take turns: the second one finds what the first one built.

    Raises:
        subprocess.CalledProcessError: a package could not be installed.
        ValueError: the two pinned lists disagree, or a function with its layers passes Lambda's limit.
    """
    LAYERS.mkdir(parents=True, exist_ok=True)
    with _alone():
        digests = _stage(target)
    check_sizes(load())
    return digests


def _stage(target: Target) -> dict[str, str]:
    packages = layer_packages(target)
    digests = {"degree_auth": _stage_package(target), "fonts": _stage_fonts()}
    for layer in ("dependencies", "report", "examination"):
        digests[layer] = _stage_packages(layer, packages[layer], target)
    digests["recognition"] = _stage_wheels("recognition", packages["recognition"], target)
    return digests


def layer_packages(target: Target) -> dict[str, dict[str, str]]:
    """The packages of each layer, name -> version; what all functions share is in no other layer of theirs.

    Raises:
        ValueError: the two pinned lists disagree.
    """
    shared = pins(_PINNED["dependencies"], target)
    packages = {"dependencies": shared, "recognition": pins(_PINNED["recognition"], target)}
    for layer in ("report", "examination"):
        own = pins(_PINNED[layer], target)
        if clashes := {name for name in shared.keys() & own.keys() if shared[name] != own[name]}:
            names = ", ".join(sorted(clashes))
            raise ValueError(
                Words(f"两层的锁定版本不一致：{names}", f"the layers pin different versions: {names}").lines
            )
        packages[layer] = {name: version for name, version in own.items() if name not in shared}
    return packages


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of the build; the system gives it back when the process ends, however that ends."""
    with (LAYERS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def pins(pinned: Path, target: Target) -> dict[str, str]:
    """The packages of a pinned list that this target needs: name -> version."""
    environment = target.markers()
    return {
        requirement.name.lower(): str(requirement.specifier).removeprefix("==")
        for requirement, _ in _pinned(pinned)
        if requirement.marker is None or requirement.marker.evaluate(environment)
    }


def hashes() -> dict[str, tuple[str, ...]]:
    """Of each package that layers pin, as name==version, the SHA-256 of every file that it may be installed from."""
    return {
        f"{requirement.name.lower()}{requirement.specifier}": known
        for pinned in _PINNED.values()
        for requirement, known in _pinned(pinned)
    }


def _pinned(pinned: Path) -> Iterator[tuple[Requirement, tuple[str, ...]]]:
    for line in pinned.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        text, *known = line.split("--hash=sha256:")
        yield Requirement(text.strip()), tuple(one.strip() for one in known)


def check_sizes(template: Template) -> dict[str, int]:
    """The unzipped bytes of each function with its layers.

    Raises:
        ValueError: one passes Lambda's limit.
    """
    parts = {logical_id: size(ROOT / path) for logical_id, (_, path) in artifacts(template).items()}
    everyone = template.get("Globals", {}).get("Function", {}).get("Layers", [])
    sizes = {}
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function" and logical_id in parts:
            layers = [layer["Ref"] for layer in [*everyone, *resource["Properties"].get("Layers", [])]]
            sizes[logical_id] = sum(parts[part] for part in {logical_id, *layers})
    if too_big := {name: number for name, number in sizes.items() if number > LIMIT_BYTES}:
        raise ValueError(
            Words(f"超过 Lambda 的 250 MB 上限：{too_big}", f"past Lambda's limit of 250 MB: {too_big}").lines
        )
    return sizes


def size(folder: Path) -> int:
    """The bytes of all files under a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _stage_package(target: Target) -> str:
    sources = [path for path in sorted(_PACKAGE.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    digest = _digest([target.python, *(_content(_PACKAGE, sources))])
    if not _is_complete("degree_auth", digest):
        fresh = _make_empty("degree_auth")
        shutil.copytree(_PACKAGE, fresh / "python" / "degree_auth", ignore=shutil.ignore_patterns("__pycache__"))
        _finish("degree_auth", fresh, target, digest)
    return digest


def _stage_packages(name: str, packages: dict[str, str], target: Target) -> str:
    wanted = [f"{package}=={version}" for package, version in sorted(packages.items())]
    digest = _digest([repr(target), Path(__file__).read_text(encoding="utf-8"), *wanted])
    if not _is_complete(name, digest):
        say(f"正在构建层 {name}", f"building the layer {name}")
        fresh = _make_empty(name)
        _install(wanted, fresh / "python", target)
        _prune(fresh / "python")
        _finish(name, fresh, target, digest)
    return digest


def _stage_wheels(name: str, packages: dict[str, str], target: Target) -> str:
    """A layer whose packages pass Lambda's limit once they are unpacked: the wheels as they come, unpacked at use."""
    wanted = [f"{package}=={version}" for package, version in sorted(packages.items())]
    digest = _digest([repr(target), Path(__file__).read_text(encoding="utf-8"), *wanted])
    if not _is_complete(name, digest):
        say(f"正在构建层 {name}", f"building the layer {name}")
        fresh = _make_empty(name)
        _download(wanted, fresh / "python" / WHEELS, target)
        _finish(name, fresh, target, digest)
    return digest


def _stage_fonts() -> str:
    folder = build_fonts.build(LAYERS / "fonts")
    return _digest([(folder / "built-from.txt").read_text(encoding="utf-8")])


def _install(wanted: list[str], folder: Path, target: Target) -> None:
    _pip("install", wanted, "--no-compile", "--target", str(folder), *target.pip_arguments())


def _download(wanted: list[str], folder: Path, target: Target) -> None:
    _pip("download", wanted, "--dest", str(folder), *target.pip_arguments())


def _pip(command: str, wanted: list[str], *arguments: str) -> None:
    """Run pip for packages, of which it takes no file that is not pinned by its digest."""
    known = hashes()
    lines = [" ".join([package, *(f"--hash=sha256:{one}" for one in known[package])]) for package in wanted]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(lines))
        listed.flush()
        pip = [sys.executable, "-m", "pip", command, "-qq", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
        subprocess.run([*pip, *arguments, "-r", listed.name], check=True)  # noqa: S603 -- our own interpreter


def _prune(folder: Path) -> None:
    useless = {path for pattern in _USELESS for path in folder.glob(pattern)}
    services = folder / "botocore" / "data"
    if services.is_dir():
        useless |= {path for path in services.iterdir() if path.is_dir() and path.name not in AWS_SERVICES}
    for path in useless:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _finish(name: str, fresh: Path, target: Target, digest: str) -> None:
    """Compile what was staged and put it in the place of the former layer."""
    if target.same_python:
        compileall.compile_dir(
            fresh,
            quiet=2,  # some packages carry files for other Python versions
            stripdir=str(fresh),
            prependdir="/opt",
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    else:
        say(
            f"层 {name} 未带字节码：构建用的 Python 不是 {target.python}",
            f"the layer {name} is without byte code: this Python is not {target.python}",
        )
    place = LAYERS / name
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)
    _stamp(name).write_text(digest, encoding="utf-8")


def _make_empty(name: str) -> Path:
    _stamp(name).unlink(missing_ok=True)
    folder = LAYERS / f"{name}.new"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "python").mkdir(parents=True)
    return folder


def _is_complete(name: str, digest: str) -> bool:
    stamp = _stamp(name)
    return (LAYERS / name).is_dir() and stamp.exists() and stamp.read_text(encoding="utf-8") == digest


def _stamp(name: str) -> Path:
    return LAYERS / f"{name}.digest"


def _content(root: Path, paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        yield f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def main() -> None:
    """Build the layers and print their unzipped sizes."""
    build(Target.of_lambda(*sys.argv[1:3]) if len(sys.argv) == 3 else Target.here())
    for name in sorted(folder.name for folder in LAYERS.iterdir() if folder.is_dir()):
        print(f"{name:<16}{size(LAYERS / name) / 1e6:>9.1f} MB")
    for name, number in sorted(check_sizes(load()).items()):
        print(f"{name:<28}{number / 1e6:>9.1f} MB / {LIMIT_BYTES / 1e6:.0f}")


if __name__ == "__main__":
    main()
