"""The manifests are of the kinds that Kubernetes knows, fit each other, and keep what operations promises."""

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from bot.runtime.engine import GRACE, ROLES
from bot.settings import Settings
from bot.web.routes import ROUTES

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
FILES = sorted(FOLDER.rglob("*.yaml"))
VERSIONS = ("1.29", "1.33")


def documents(kind: str = "") -> list[dict[str, Any]]:
    """Every object of a kind, of all files."""
    found = [each for path in FILES for each in yaml.safe_load_all(path.read_text("utf-8"))]
    return [each for each in found if not kind or each["kind"] == kind]


def pods() -> list[dict[str, Any]]:
    """What runs as a pod."""
    return [each["spec"]["template"] for kind in ("Deployment", "Job") for each in documents(kind)]


def part(deployment: dict[str, Any]) -> str:
    """Its name among the parts."""
    name: str = deployment["metadata"]["labels"]["part"]
    return name


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_manifest_is_what_kubernetes_takes(path: Path, version: str) -> None:
    """Every object keeps to the schema of its kind, field by field, in an older and a newer release."""
    for each in yaml.safe_load_all(path.read_text("utf-8")):
        kubernetes_validate.validate(each, version, strict=True)


def test_there_is_a_deployment_for_every_role() -> None:
    """Whoever splits the roles finds each of them, and each runs its own."""
    roles = {each["spec"]["template"]["spec"]["containers"][0]["args"][-1] for each in documents("Deployment")}

    assert roles == set(ROLES)


def test_every_setting_is_one_of_ours() -> None:
    """A misspelt variable would be passed over in silence, so it is found here; secrets are no plain settings."""
    ours = {f"DRAGOMAN_{name.upper()}" for name in Settings.model_fields}
    (plain,) = [each["data"] for each in documents("ConfigMap") if each["metadata"]["name"] == "dragoman"]
    (secret,) = [each["stringData"] for each in documents("Secret")]

    assert plain.keys() | secret.keys() <= ours
    assert plain.keys().isdisjoint(secret)
    assert not any("@" in value for value in plain.values())


def test_no_pod_may_do_more_than_it_must() -> None:
    """No root, no privileges, nothing written outside its volumes, a limit on its memory."""
    for pod in pods():
        (container,) = pod["spec"]["containers"]
        assert pod["spec"]["securityContext"]["runAsNonRoot"]
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
        assert "memory" in container["resources"]["limits"]


def test_the_pod_s_user_is_the_image_s() -> None:
    """The number in the manifests is the one that the image makes."""
    (user,) = [line.split()[1] for line in (FOLDER.parents[1] / "Dockerfile").read_text("utf-8").splitlines()
               if line.startswith("USER")]  # fmt: skip

    assert {str(pod["spec"]["securityContext"]["runAsUser"]) for pod in pods()} == {user}


def test_a_process_has_time_to_end_what_it_has_begun() -> None:
    """It is taken out of the service first, then told to stop, and killed only long after it should have ended."""
    for deployment in documents("Deployment"):
        spec = deployment["spec"]["template"]["spec"]
        wait = int(spec["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][-1])
        assert spec["terminationGracePeriodSeconds"] > wait + 2 * GRACE.total_seconds()


def test_probes_ask_what_is_there() -> None:
    """Kubernetes asks for paths that every role serves."""
    paths = {route.path for route in ROUTES}
    for deployment in documents("Deployment"):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        asked = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        assert asked == {"/health", "/ready"}
        assert asked <= paths


def test_what_names_another_object_finds_it() -> None:
    """Selectors, budgets, scaling, service and ingress meet what they mean."""
    deployments = {part(each): each for each in documents("Deployment")}
    labels = [each["spec"]["template"]["metadata"]["labels"] for each in deployments.values()]
    selected = [each["spec"]["selector"]["matchLabels"] for each in documents("PodDisruptionBudget")]
    selected += [each["spec"]["selector"] for each in documents("Service")]
    selected += [each["spec"]["selector"]["matchLabels"] for each in deployments.values()]

    assert all(any(want.items() <= has.items() for has in labels) for want in selected)
    assert {each["spec"]["scaleTargetRef"]["name"] for each in documents("HorizontalPodAutoscaler")} == set(deployments)
    services = {each["metadata"]["name"] for each in documents("Service")}
    paths = [path for each in documents("Ingress") for rule in each["spec"]["rules"] for path in rule["http"]["paths"]]
    assert {path["backend"]["service"]["name"] for path in paths} <= services


def test_all_is_in_the_one_namespace() -> None:
    """Nothing lands where somebody else's work is."""
    assert {each["metadata"].get("namespace", each["metadata"]["name"]) for each in documents()} == {"dragoman"}


def test_processes_are_added_by_what_waits() -> None:
    """Workers follow the depth of the inbox, senders that of the outbox; a metric that we show."""
    from bot.metrics.catalogue import CATALOGUE

    metrics = {
        each["metadata"]["name"]: metric["external"]["metric"]
        for each in documents("HorizontalPodAutoscaler")
        for metric in each["spec"]["metrics"]
        if metric["type"] == "External"
    }

    assert {name: metric["selector"]["matchLabels"]["queue"] for name, metric in metrics.items()} == {
        "dragoman": "inbox", "worker": "inbox", "sender": "outbox",
    }  # fmt: skip
    assert {metric["name"] for metric in metrics.values()} <= {metric.name for metric in CATALOGUE}
