"""What admission refuses: a valid object, one change to it, and what is said of the result.

Every change whose `by` is API was refused by a real kube-apiserver 1.37.2, and every other
accepted by it; the objects unchanged were all accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.admission.objects import (
    AUTOSCALER,
    BACKUP,
    BINDING,
    BUDGET,
    CLUSTER_BINDING,
    CLUSTER_ROLE,
    CONFIG_MAP,
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    INGRESS,
    JOB,
    LIMIT_RANGE,
    LOCATION,
    NAMESPACE,
    POLICY,
    PRIORITY_CLASS,
    PVC,
    QUOTA,
    RESTORE,
    ROLE,
    SCHEDULE,
    SEALED,
    SECRET,
    SERVICE,
    STATEFUL_SET,
    STORAGE_CLASS,
    VOLUME,
    Object,
    Path,
)

API = "the API server"
KUBELET = "the kubelet"
CONTROLLER = "the controller of that kind"
NOBODY = "nobody, though it cannot be meant"


@dataclass(frozen=True)
class Case:
    """One change that makes a valid object invalid.

    Attributes:
        document: the valid object.
        path: where it is changed.
        value: what is put there; `...` removes.
        message: what is said of it.
        at: where the fault is said to be, if not at the change.
        by: who refuses the changed object in a cluster.
    """

    document: Object
    path: Path
    value: object
    message: str
    at: Path | None = None
    by: str = API


POD = ("spec", "template", "spec")
WEB = (*POD, "containers", 0)
IMAGE: Object = {"image": "a:1"}
LABEL = "must be lower-case letters, digits and '-', beginning and ending with a letter or digit"
SUBDOMAIN = (
    "must be lower-case letters, digits, '-' and '.', each part beginning and ending with a "
    "letter or digit"
)
QUALIFIED = "must be letters, digits, '-', '_' and '.', beginning and ending with a letter or digit"

METADATA = (
    Case(DEPLOYMENT, ("metadata", "name"), "Web", f"'Web' {SUBDOMAIN}"),
    Case(DEPLOYMENT, ("metadata", "name"), "a..b", f"'a..b' {SUBDOMAIN}"),
    Case(DEPLOYMENT, ("metadata", "name"), ..., "must not be empty"),
    Case(NAMESPACE, ("metadata", "name"), "a.b", f"'a.b' {LABEL}"),
    Case(
        SERVICE,
        ("metadata", "name"),
        "9to5",
        "'9to5' must begin with a letter",
        by="API servers before 1.36",
    ),
    Case(ROLE, ("metadata", "name"), "a/b", "'a/b' must not be '.' or '..' nor contain '/' or '%'"),
    Case(
        CRON_JOB,
        ("metadata", "name"),
        "a" * 53,
        "must have at most 52 characters, has 53: its Jobs' names add 11",
    ),
    Case(
        JOB,
        ("metadata", "name"),
        "a" * 64,
        "must have at most 63 characters, has 64: its pods carry it in a label",
    ),
    Case(
        STATEFUL_SET,
        ("metadata", "name"),
        "a" * 53,
        "must have at most 52 characters, has 53: its pods carry it with 11 more in a label",
        by=CONTROLLER,
    ),
    Case(
        CONFIG_MAP,
        ("metadata", "namespace"),
        ...,
        "needs 'namespace'",
        at=("metadata",),
        by=NOBODY,
    ),
    Case(
        CLUSTER_ROLE,
        ("metadata", "namespace"),
        "shop",
        "must not be given: a ClusterRole belongs to no namespace",
        by=NOBODY,
    ),
    Case(CONFIG_MAP, ("metadata", "labels", "app"), "a b", f"'a b' {QUALIFIED}"),
    Case(
        CONFIG_MAP,
        ("metadata", "labels", "app"),
        "x" * 64,
        f"'{'x' * 59}…' must have at most 63 characters, has 64",
    ),
    Case(
        CONFIG_MAP,
        ("metadata", "labels", "a/b/c"),
        "",
        f"the key 'a/b/c' has a prefix that {SUBDOMAIN}",
    ),
    Case(
        CONFIG_MAP,
        ("metadata", "labels", "Example.com/a"),
        "",
        f"the key 'Example.com/a' has a prefix that {SUBDOMAIN}",
    ),
    Case(
        CONFIG_MAP,
        ("metadata", "annotations", "a/"),
        "",
        f"the key 'a/' {QUALIFIED}",
    ),
    Case(
        CONFIG_MAP,
        ("metadata", "annotations"),
        {"a": "x" * 262144},
        "must be at most 262144 bytes together, are 262145",
    ),
)

PODS = (
    Case(DEPLOYMENT, (*POD, "containers"), [], "must hold at least one container"),
    Case(
        DEPLOYMENT,
        (*POD, "containers", 1),
        {"name": "web", **IMAGE},
        "the container 'web' is there twice",
        at=(*POD, "containers", 1, "name"),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "initContainers", 0, "name"),
        "web",
        "the container 'web' is there twice",
    ),
    Case(
        DEPLOYMENT,
        ("spec", "template", "metadata", "labels", "a"),
        "-",
        f"'-' {QUALIFIED}",
    ),
    Case(
        DEPLOYMENT,
        ("spec", "template", "metadata", "annotations", "a b"),
        "",
        f"the key 'a b' {QUALIFIED}",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "dnsPolicy"),
        "clusterFirst",
        "must be one of 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None', "
        "is 'clusterFirst' (did you mean 'ClusterFirst'?)",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "dnsPolicy"),
        "None",
        "needs at least one of dnsConfig.nameservers",
    ),
    Case(DEPLOYMENT, (*POD, "priorityClassName"), "A", f"'A' {SUBDOMAIN}"),
    Case(DEPLOYMENT, (*POD, "subdomain"), "a.b", f"'a.b' {LABEL}"),
    Case(DEPLOYMENT, (*POD, "nodeSelector", "disk"), "a b", f"'a b' {QUALIFIED}"),
    Case(
        DEPLOYMENT,
        (*POD, "imagePullSecrets"),
        [{"name": "a"}, {"name": "a"}],
        "the secret 'a' is there twice",
        at=(*POD, "imagePullSecrets", 1, "name"),
    ),
    Case(
        JOB,
        (*POD, "terminationGracePeriodSeconds"),
        -1,
        "must be at least 0, is -1",
        by=NOBODY,
    ),
    Case(
        CRON_JOB,
        ("spec", "jobTemplate", "spec", "template", "spec", "activeDeadlineSeconds"),
        0,
        "must be from 1 to 2147483647, is 0",
    ),
    Case(
        DAEMON_SET,
        POD,
        {
            "hostNetwork": True,
            "containers": [
                {"name": "a", **IMAGE, "ports": [{"containerPort": 9100, "hostPort": 9101}]}
            ],
        },
        "must be the containerPort 9100 on the host's network, is 9101",
        at=(*WEB, "ports", 0, "hostPort"),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "tolerations", 0),
        {"operator": "Equal"},
        "must be 'Exists' when there is no key",
        at=(*POD, "tolerations", 0, "operator"),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "tolerations", 0, "value"),
        "a",
        "must not be given with the operator Exists",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "tolerations", 0, "effect"),
        "NoRun",
        "must be one of 'NoSchedule', 'PreferNoSchedule', 'NoExecute', is 'NoRun'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "tolerations", 0, "tolerationSeconds"),
        60,
        "must be 'NoExecute' when tolerationSeconds is given",
        at=(*POD, "tolerations", 0, "effect"),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "hostAliases"),
        [{"ip": "10.0.0", "hostnames": ["a"]}],
        "must be an IP address, is '10.0.0'",
        at=(*POD, "hostAliases", 0, "ip"),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "initContainers", 0, "readinessProbe"),
        {"exec": {"command": ["true"]}},
        "must not be given for an init container without restartPolicy Always",
    ),
)

CONTAINERS = (
    Case(DEPLOYMENT, (*WEB, "name"), "web_1", f"'web_1' {LABEL}"),
    Case(DEPLOYMENT, (*WEB, "image"), "", "must not be empty"),
    Case(
        DEPLOYMENT,
        (*WEB, "imagePullPolicy"),
        "IfNotPresend",
        "must be one of 'Always', 'IfNotPresent', 'Never', is 'IfNotPresend' "
        "(did you mean 'IfNotPresent'?)",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "terminationMessagePolicy"),
        "Log",
        "must be one of 'File', 'FallbackToLogsOnError', is 'Log'",
    ),
    Case(
        DEPLOYMENT, (*WEB, "ports", 0, "containerPort"), 65536, "must be from 1 to 65535, is 65536"
    ),
    Case(DEPLOYMENT, (*WEB, "ports", 0, "containerPort"), 0, "must be from 1 to 65535, is 0"),
    Case(
        DEPLOYMENT,
        (*WEB, "ports", 1, "name"),
        "a-very-long-port",
        "'a-very-long-port' must have at most 15 characters, has 16",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "ports", 1, "name"),
        "80",
        "'80' must be lower-case letters, digits and single '-', at least one of them a letter",
    ),
    Case(DEPLOYMENT, (*WEB, "ports", 1, "name"), "http", "the port 'http' is there twice"),
    Case(
        DEPLOYMENT,
        (*WEB, "ports", 1, "protocol"),
        "TCP",
        "TCP port 8080 is there twice",
        at=(*WEB, "ports", 1, "containerPort"),
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "ports", 1, "protocol"),
        "udp",
        "must be one of 'TCP', 'UDP', 'SCTP', is 'udp' (did you mean 'UDP'?)",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "env", 0, "name"),
        "A=B",
        "'A=B' must be printable ASCII characters other than '='",
    ),
    Case(DEPLOYMENT, (*WEB, "env", 1, "name"), "A", "the variable 'A' is there twice"),
    Case(
        DEPLOYMENT,
        (*WEB, "env", 1, "value"),
        "x",
        "must not be given beside 'value'",
        at=(*WEB, "env", 1, "valueFrom"),
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "env", 1, "valueFrom"),
        {},
        "needs exactly one of fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, "
        "fileKeyRef",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "env", 1, "valueFrom", "secretKeyRef", "key"),
        "a b",
        "'a b' must be letters, digits, '-', '_' and '.'",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "env", 2, "valueFrom", "fieldRef", "fieldPath"),
        "metadata.labels",
        "must be one of metadata.name, metadata.namespace, metadata.uid, spec.nodeName, "
        "spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP, status.podIPs, "
        "metadata.labels['KEY'] or metadata.annotations['KEY'], is 'metadata.labels'",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "env", 2, "valueFrom", "fieldRef", "fieldPath"),
        "metadata.labels['a b']",
        f"'a b' {QUALIFIED}",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "env", 3, "valueFrom", "resourceFieldRef", "resource"),
        "limits.disk",
        "must be one of 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage', "
        "'requests.cpu', 'requests.memory', 'requests.ephemeral-storage', is 'limits.disk' "
        "(did you mean 'limits.cpu'?)",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "envFrom", 0),
        {"prefix": "A_"},
        "needs either 'configMapRef' or 'secretRef'",
    ),
    Case(DEPLOYMENT, (*WEB, "envFrom", 0, "configMapRef", "name"), "A", f"'A' {SUBDOMAIN}"),
    Case(
        DEPLOYMENT,
        (*WEB, "volumeMounts", 1, "mountPath"),
        "/data",
        "the path '/data' is there twice",
    ),
    Case(DEPLOYMENT, (*WEB, "volumeMounts", 1, "mountPath"), "", "must not be empty"),
    Case(
        DEPLOYMENT,
        (*WEB, "volumeMounts", 1, "subPath"),
        "/a",
        "must be a relative path, is '/a'",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "volumeMounts", 1, "subPath"),
        "a/../../b",
        "must not contain '..', is 'a/../../b'",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "volumeMounts", 1, "subPathExpr"),
        "b",
        "must not be given beside 'subPath'",
    ),
    Case(DEPLOYMENT, (*WEB, "volumeMounts", 0, "name"), "date", "the pod has no volume 'date'"),
)

RESOURCES = (
    Case(
        DEPLOYMENT,
        (*WEB, "resources", "requests", "memory"),
        "1025Mi",
        "the request '1025Mi' is above the limit '1Gi'",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "resources", "limits", "cpu"),
        "499m",
        "the request 0.5 is above the limit '499m'",
        at=(*WEB, "resources", "requests", "cpu"),
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "resources", "limits", "memory"),
        "-1",
        "must not be negative, is '-1'",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "resources", "limits", "disk"),
        "1Gi",
        "containers have no resource 'disk'",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "resources", "requests", "nvidia.com/gpu"),
        1,
        "needs an equal limit: nvidia.com/gpu is never shared",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "resources"),
        {"requests": {"nvidia.com/gpu": 1}, "limits": {"nvidia.com/gpu": 2}},
        "must equal the limit 2: nvidia.com/gpu is never shared",
        at=(*WEB, "resources", "requests", "nvidia.com/gpu"),
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "resources"),
        {"limits": {"hugepages-2Mi": "4Mi"}},
        "must name cpu or memory beside huge pages",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "resources"),
        {"requests": {"memory": "3Gi"}, "limits": {"memory": "2Gi"}},
        "the request '3Gi' is above the limit '2Gi'",
        at=(*POD, "resources", "requests", "memory"),
    ),
    Case(
        QUOTA,
        ("spec", "hard", "memory.requests"),
        "1Gi",
        "no quota can be set on 'memory.requests'",
    ),
    Case(QUOTA, ("spec", "hard", "pods"), "1.5", "must be a whole number, is '1.5'"),
    Case(QUOTA, ("spec", "hard", "pods"), "-1", "must not be negative, is '-1'"),
    Case(
        LIMIT_RANGE,
        ("spec", "limits", 2),
        {"type": "Container"},
        "the type 'Container' is there twice",
        at=("spec", "limits", 2, "type"),
    ),
    Case(
        LIMIT_RANGE,
        ("spec", "limits", 1, "type"),
        "Volume",
        "must be one of 'Pod', 'Container', 'PersistentVolumeClaim', is 'Volume'",
    ),
    Case(
        LIMIT_RANGE,
        ("spec", "limits", 0),
        {"type": "Pod", "default": {"memory": "1Gi"}},
        "must not be given for the type Pod",
        at=("spec", "limits", 0, "default"),
    ),
    Case(
        LIMIT_RANGE,
        ("spec", "limits", 0, "default", "memory"),
        "5Gi",
        "default '5Gi' is above max '4Gi'",
    ),
    Case(
        LIMIT_RANGE,
        ("spec", "limits", 0, "default", "memory"),
        "64Mi",
        "defaultRequest '128Mi' is above default '64Mi'",
        at=("spec", "limits", 0, "defaultRequest", "memory"),
    ),
    Case(
        LIMIT_RANGE,
        ("spec", "limits", 1, "max"),
        {},
        "needs a min or max of storage",
        at=("spec", "limits", 1),
    ),
    Case(
        LIMIT_RANGE,
        ("spec", "limits", 0, "min", "memory"),
        "-1",
        "must not be negative, is '-1'",
        by=NOBODY,
    ),
    Case(
        LIMIT_RANGE,
        ("spec", "limits", 0, "maxLimitRequestRatio", "memory"),
        "0.5",
        "must be at least 1, is '0.5'",
    ),
)

PROBES = (
    Case(
        DEPLOYMENT,
        (*WEB, "livenessProbe", "tcpSocket"),
        {"port": 8080},
        "needs exactly one of exec, grpc, httpGet, tcpSocket, has httpGet and tcpSocket",
        at=(*WEB, "livenessProbe"),
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "livenessProbe", "httpGet"),
        ...,
        "needs exactly one of exec, grpc, httpGet, tcpSocket, has none",
        at=(*WEB, "livenessProbe"),
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "livenessProbe", "successThreshold"),
        2,
        "must be 1 for this probe, is 2",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "startupProbe", "successThreshold"),
        2,
        "must be 1 for this probe, is 2",
    ),
    Case(DEPLOYMENT, (*WEB, "livenessProbe", "periodSeconds"), -1, "must be at least 0, is -1"),
    Case(
        DEPLOYMENT,
        (*WEB, "readinessProbe", "terminationGracePeriodSeconds"),
        5,
        "must not be given for a readiness probe",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "livenessProbe", "terminationGracePeriodSeconds"),
        0,
        "must be at least 1, is 0",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "livenessProbe", "httpGet", "scheme"),
        "https",
        "must be one of 'HTTP', 'HTTPS', is 'https' (did you mean 'HTTPS'?)",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "livenessProbe", "httpGet", "port"),
        70000,
        "must be a port from 1 to 65535, is 70000",
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "livenessProbe", "httpGet", "port"),
        "web",
        "no port of the container is named 'web'",
        by=KUBELET,
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "livenessProbe", "httpGet", "httpHeaders"),
        [{"name": "X_A", "value": ""}],
        "'X_A' must be letters, digits and '-'",
        at=(*WEB, "livenessProbe", "httpGet", "httpHeaders", 0, "name"),
    ),
    Case(DEPLOYMENT, (*WEB, "startupProbe", "exec", "command"), [], "must not be empty"),
    Case(
        DEPLOYMENT,
        (*WEB, "startupProbe"),
        {"grpc": {"port": 0}},
        "must be from 1 to 65535, is 0",
        at=(*WEB, "startupProbe", "grpc", "port"),
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "lifecycle", "preStop", "exec"),
        {"command": ["true"]},
        "needs exactly one of exec, httpGet, sleep, tcpSocket, has exec and sleep",
        at=(*WEB, "lifecycle", "preStop"),
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "lifecycle", "preStop", "sleep", "seconds"),
        31,
        "must be from 0 to 30, is 31",
    ),
)

VOLUMES = (
    Case(DEPLOYMENT, (*POD, "volumes", 3, "name"), "data", "the volume 'data' is there twice"),
    Case(DEPLOYMENT, (*POD, "volumes", 2, "name"), "Logs", f"'Logs' {LABEL}"),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 0, "secret"),
        {"secretName": "a"},
        "needs exactly one source such as emptyDir, has emptyDir and secret",
        at=(*POD, "volumes", 0),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 0),
        {"name": "data"},
        "needs exactly one source such as emptyDir, has none",
        by=NOBODY,
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 2),
        {"name": "logs", "persistentVolumeClaim": {"claimName": ""}},
        "must not be empty",
        at=(*POD, "volumes", 2, "persistentVolumeClaim", "claimName"),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 2),
        {"name": "logs", "secret": {}},
        "must not be empty",
        at=(*POD, "volumes", 2, "secret", "secretName"),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 1, "configMap", "defaultMode"),
        644,
        "must be from 0 to 511, is 644",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 1, "configMap", "items", 0, "path"),
        "../a",
        "must not contain '..', is '../a'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 1, "configMap", "items", 0, "path"),
        "..a",
        "must not begin with '..'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 1, "configMap", "items", 0, "path"),
        "/a",
        "must be a relative path, is '/a'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 0, "emptyDir", "sizeLimit"),
        "-1Gi",
        "must not be negative, is '-1Gi'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 2, "hostPath", "type"),
        "Mount",
        "must be one of 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', "
        "'CharDevice', 'BlockDevice', is 'Mount'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 2, "hostPath", "path"),
        "/var/../etc",
        "must not contain '..'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 3, "projected", "sources", 0, "serviceAccountToken", "expirationSeconds"),
        60,
        "must be from 600 to 4294967296, is 60",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 3, "projected", "sources", 0, "secret"),
        {"name": "a"},
        "needs one source only, has secret and serviceAccountToken",
        at=(*POD, "volumes", 3, "projected", "sources", 0),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 3, "projected", "sources", 2),
        {"configMap": {"name": "a", "items": [{"key": "n", "path": "n"}]}},
        "the path 'n' is there twice",
        at=(*POD, "volumes", 3, "projected", "sources", 2, "configMap", "items", 0, "path"),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "volumes", 3, "projected", "sources", 1, "downwardAPI", "items", 0, "fieldRef"),
        ...,
        "needs either 'fieldRef' or 'resourceFieldRef'",
        at=(*POD, "volumes", 3, "projected", "sources", 1, "downwardAPI", "items", 0),
    ),
)

SECURITY = (
    Case(
        DEPLOYMENT,
        (*POD, "securityContext", "runAsUser"),
        -1,
        "must be from 0 to 2147483647, is -1",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "securityContext", "fsGroup"),
        2**31,
        "must be from 0 to 2147483647, is 2147483648",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "securityContext", "runAsUser"),
        0,
        "must not be 0 while runAsNonRoot is true",
        by=KUBELET,
    ),
    Case(
        DEPLOYMENT,
        (*POD, "securityContext", "fsGroupChangePolicy"),
        "Once",
        "must be one of 'OnRootMismatch', 'Always', is 'Once'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "securityContext", "seccompProfile", "type"),
        "Strict",
        "must be one of 'RuntimeDefault', 'Localhost', 'Unconfined', is 'Strict'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "securityContext", "seccompProfile", "type"),
        "Localhost",
        "needs 'localhostProfile' with the type Localhost, and only then",
        at=(*POD, "securityContext", "seccompProfile"),
    ),
    Case(
        DEPLOYMENT,
        (*WEB, "securityContext", "privileged"),
        value=True,
        message="must not be true without allowPrivilegeEscalation",
    ),
)

SCHEDULING = (
    Case(
        DEPLOYMENT,
        (*POD, "topologySpreadConstraints", 0, "maxSkew"),
        0,
        "must be at least 1, is 0",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "topologySpreadConstraints", 0, "whenUnsatisfiable"),
        "Ignore",
        "must be one of 'DoNotSchedule', 'ScheduleAnyway', is 'Ignore'",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "topologySpreadConstraints", 1),
        {
            "maxSkew": 2,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
        },
        "'kubernetes.io/hostname' is there twice with ScheduleAnyway",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "topologySpreadConstraints", 0, "minDomains"),
        2,
        "must be given only with whenUnsatisfiable: DoNotSchedule",
    ),
    Case(
        DEPLOYMENT,
        (
            *POD,
            "affinity",
            "podAntiAffinity",
            "preferredDuringSchedulingIgnoredDuringExecution",
            0,
            "weight",
        ),
        101,
        "must be from 1 to 100, is 101",
    ),
    Case(
        DEPLOYMENT,
        (
            *POD,
            "affinity",
            "podAntiAffinity",
            "preferredDuringSchedulingIgnoredDuringExecution",
            0,
            "podAffinityTerm",
            "topologyKey",
        ),
        "",
        "must not be empty",
    ),
    Case(
        DEPLOYMENT,
        (
            *POD,
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms",
        ),
        [],
        "must hold at least one term",
    ),
    Case(
        DEPLOYMENT,
        (
            *POD,
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms",
            0,
            "matchExpressions",
            0,
        ),
        {"key": "cores", "operator": "Gt", "values": ["4", "8"]},
        "needs exactly one value with the operator Gt or Lt",
    ),
)

WORKLOADS = (
    Case(
        DEPLOYMENT,
        ("spec", "template", "metadata", "labels"),
        {"app": "web"},
        "does not match the selector of the object",
    ),
    Case(
        DAEMON_SET,
        ("spec", "selector", "matchLabels", "app"),
        "agent",
        "does not match the selector of the object",
        at=("spec", "template", "metadata", "labels"),
    ),
    Case(STATEFUL_SET, ("spec", "selector"), {"matchLabels": {}}, "must not be empty"),
    Case(
        DEPLOYMENT,
        ("spec", "selector", "matchExpressions", 0, "operator"),
        "Within",
        "must be one of 'In', 'NotIn', 'Exists', 'DoesNotExist', is 'Within'",
    ),
    Case(
        DEPLOYMENT,
        ("spec", "selector", "matchExpressions", 0, "operator"),
        "Exists",
        "must not be given with the operator Exists",
        at=("spec", "selector", "matchExpressions", 0, "values"),
    ),
    Case(
        DEPLOYMENT,
        (*POD, "restartPolicy"),
        "OnFailure",
        "must be 'Always' for a workload that keeps running",
    ),
    Case(
        DEPLOYMENT,
        (*POD, "activeDeadlineSeconds"),
        60,
        "must not be given for such a workload",
    ),
    Case(DEPLOYMENT, ("spec", "replicas"), -1, "must be at least 0, is -1"),
    Case(
        DEPLOYMENT,
        ("spec", "minReadySeconds"),
        600,
        "must be above minReadySeconds, 600, is 600",
        at=("spec", "progressDeadlineSeconds"),
    ),
    Case(
        DEPLOYMENT,
        ("spec", "strategy", "rollingUpdate", "maxSurge"),
        "0%",
        "must not be 0 while maxSurge is 0",
        at=("spec", "strategy", "rollingUpdate", "maxUnavailable"),
    ),
    Case(
        DEPLOYMENT,
        ("spec", "strategy", "rollingUpdate", "maxUnavailable"),
        "120%",
        "must be at most 100%, is 120%",
    ),
    Case(
        DEPLOYMENT,
        ("spec", "strategy", "rollingUpdate", "maxSurge"),
        "half",
        "must be a number or a percentage such as 25%, is 'half'",
    ),
    Case(
        DEPLOYMENT,
        ("spec", "strategy", "type"),
        "Recreate",
        "must not be given with the type Recreate",
        at=("spec", "strategy", "rollingUpdate"),
    ),
    Case(
        DEPLOYMENT,
        ("spec", "strategy", "type"),
        "Rolling",
        "must be one of 'RollingUpdate', 'Recreate', is 'Rolling' (did you mean 'RollingUpdate'?)",
    ),
    Case(
        DAEMON_SET,
        ("spec", "updateStrategy", "rollingUpdate"),
        {"maxUnavailable": 0},
        "must not be 0 while maxSurge is 0",
        at=("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"),
    ),
    Case(
        DAEMON_SET,
        ("spec", "updateStrategy", "rollingUpdate"),
        {"maxSurge": 1},
        "must be 0 unless maxUnavailable is 0 (which is 1 by default)",
        at=("spec", "updateStrategy", "rollingUpdate", "maxSurge"),
    ),
    Case(
        STATEFUL_SET,
        ("spec", "updateStrategy", "type"),
        "OnDelete",
        "must not be given with the type OnDelete",
        at=("spec", "updateStrategy", "rollingUpdate"),
    ),
    Case(
        STATEFUL_SET,
        ("spec", "updateStrategy", "rollingUpdate", "partition"),
        -1,
        "must be at least 0, is -1",
    ),
    Case(
        STATEFUL_SET,
        ("spec", "podManagementPolicy"),
        "Ordered",
        "must be one of 'OrderedReady', 'Parallel', is 'Ordered' (did you mean 'OrderedReady'?)",
    ),
    Case(STATEFUL_SET, ("spec", "serviceName"), "a.b", f"'a.b' {LABEL}"),
    Case(
        STATEFUL_SET,
        ("spec", "volumeClaimTemplates", 0, "spec", "accessModes"),
        [],
        "must hold at least one mode",
    ),
    Case(
        STATEFUL_SET,
        ("spec", "volumeClaimTemplates", 0, "metadata", "name"),
        "other",
        "the pod has no volume 'db'",
        at=(*POD, "containers", 0, "volumeMounts", 2, "name"),
    ),
    Case(
        BUDGET,
        ("spec", "minAvailable"),
        1,
        "must not be given beside 'minAvailable'",
        at=("spec", "maxUnavailable"),
    ),
    Case(BUDGET, ("spec", "maxUnavailable"), "101%", "must be at most 100%, is 101%"),
    Case(AUTOSCALER, ("spec", "maxReplicas"), 1, "must be at least minReplicas, 2, is 1"),
    Case(
        AUTOSCALER,
        ("spec", "minReplicas"),
        0,
        "must be at least 1 without an Object or External metric",
    ),
    Case(
        AUTOSCALER,
        ("spec", "scaleTargetRef", "apiVersion"),
        "v1",
        "must be GROUP/VERSION such as apps/v1",
    ),
    Case(
        AUTOSCALER,
        ("spec", "metrics", 0, "resource", "target", "averageUtilization"),
        0,
        "must be at least 1, is 0",
    ),
    Case(
        AUTOSCALER,
        ("spec", "metrics", 0, "resource", "target", "averageValue"),
        "100m",
        "needs either 'averageUtilization' or 'averageValue'",
        at=("spec", "metrics", 0, "resource", "target"),
    ),
    Case(
        AUTOSCALER,
        ("spec", "metrics", 0, "type"),
        "Pods",
        "needs 'pods' for the type Pods",
        at=("spec", "metrics", 0),
    ),
    Case(
        AUTOSCALER,
        ("spec", "behavior", "scaleDown", "stabilizationWindowSeconds"),
        3601,
        "must be from 0 to 3600, is 3601",
    ),
)

JOBS = (
    Case(
        JOB,
        (*POD, "restartPolicy"),
        "Always",
        "must be 'OnFailure' or 'Never' for a Job",
    ),
    Case(
        CRON_JOB,
        ("spec", "jobTemplate", "spec", "template", "spec", "restartPolicy"),
        ...,
        "must be 'OnFailure' or 'Never' for a Job",
    ),
    Case(JOB, ("spec", "backoffLimit"), -1, "must be at least 0, is -1"),
    Case(
        JOB,
        ("spec", "selector"),
        {"matchLabels": {"a": "b"}},
        "must not be given: the API server chooses it",
    ),
    Case(
        JOB,
        ("spec",),
        {"completionMode": "Indexed", "parallelism": 2, "template": JOB["spec"]["template"]},
        "needs 'completions' beside 'parallelism' with the mode Indexed",
    ),
    Case(
        JOB,
        ("spec", "backoffLimitPerIndex"),
        1,
        "must be given only with the mode Indexed",
    ),
    Case(
        CRON_JOB,
        ("spec", "schedule"),
        "61 0 * * *",
        "is no schedule: '61' is no minute: it runs from 0 to 59",
    ),
    Case(
        CRON_JOB,
        ("spec", "schedule"),
        "0 24 * * *",
        "is no schedule: '24' is no hour: it runs from 0 to 23",
    ),
    Case(
        CRON_JOB,
        ("spec", "schedule"),
        "0 0 0 * *",
        "is no schedule: '0' is no day of month: it runs from 1 to 31",
    ),
    Case(
        CRON_JOB,
        ("spec", "schedule"),
        "0 0 * 13 *",
        "is no schedule: '13' is no month: it runs from 1 to 12",
    ),
    Case(
        CRON_JOB,
        ("spec", "schedule"),
        "0 0 * * 7",
        "is no schedule: '7' is no day of week: it runs from 0 to 6",
    ),
    Case(
        CRON_JOB,
        ("spec", "schedule"),
        "0 0 * *",
        "is no schedule: '0 0 * *' has 4 fields; a schedule has five, such as '0 3 * * *', or is "
        "@daily",
    ),
    Case(
        CRON_JOB,
        ("spec", "schedule"),
        "TZ=UTC 0 0 * * *",
        "must not name a time zone: use 'timeZone'",
    ),
    Case(
        CRON_JOB,
        ("spec", "timeZone"),
        "Europe/Bielefeld",
        "must be a time zone such as Europe/Berlin, is 'Europe/Bielefeld'",
    ),
    Case(
        CRON_JOB,
        ("spec", "concurrencyPolicy"),
        "Forbidden",
        "must be one of 'Allow', 'Forbid', 'Replace', is 'Forbidden' (did you mean 'Forbid'?)",
    ),
    Case(CRON_JOB, ("spec", "startingDeadlineSeconds"), -1, "must be at least 0, is -1"),
)

SERVICES = (
    Case(SERVICE, ("spec", "ports"), [], "must hold at least one port"),
    Case(
        SERVICE,
        ("spec", "ports", 1, "name"),
        ...,
        "needs 'name', as there are several ports",
        at=("spec", "ports", 1),
    ),
    Case(SERVICE, ("spec", "ports", 1, "name"), "http", "the port 'http' is there twice"),
    Case(SERVICE, ("spec", "ports", 1, "name"), "a_b", f"'a_b' {LABEL}"),
    Case(SERVICE, ("spec", "ports", 0, "port"), 0, "must be from 1 to 65535, is 0"),
    Case(
        SERVICE,
        ("spec", "ports", 0, "targetPort"),
        65536,
        "must be a port from 1 to 65535, is 65536",
    ),
    Case(
        SERVICE,
        ("spec", "ports", 0, "targetPort"),
        "a-very-long-port",
        "'a-very-long-port' must have at most 15 characters, has 16",
    ),
    Case(
        SERVICE,
        ("spec", "ports", 1, "protocol"),
        "TCP",
        "TCP port 80 is there twice",
        at=("spec", "ports", 1, "port"),
    ),
    Case(
        SERVICE,
        ("spec", "ports", 0, "nodePort"),
        30080,
        "must not be given with the type ClusterIP",
    ),
    Case(
        SERVICE,
        ("spec", "type"),
        "Internal",
        "must be one of 'ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', is 'Internal' "
        "(did you mean 'ExternalName'?)",
    ),
    Case(
        SERVICE,
        ("spec",),
        {"type": "NodePort", "clusterIP": "None", "ports": [{"port": 80}]},
        "must not be 'None' with the type NodePort",
        at=("spec", "clusterIP"),
    ),
    Case(
        SERVICE,
        ("spec", "type"),
        "ExternalName",
        "must not be empty",
        at=("spec", "externalName"),
    ),
    Case(SERVICE, ("spec", "selector", "app"), "a b", f"'a b' {QUALIFIED}"),
    Case(
        SERVICE,
        ("spec", "externalTrafficPolicy"),
        "Local",
        "must not be given with the type ClusterIP",
    ),
    Case(INGRESS, ("spec", "rules"), [], "needs 'rules' or 'defaultBackend'", at=("spec",)),
    Case(
        INGRESS, ("spec", "rules", 0, "host"), "a_b.example.com", f"'a_b.example.com' {SUBDOMAIN}"
    ),
    Case(
        INGRESS,
        ("spec", "rules", 0, "host"),
        "10.0.0.1",
        "must be a name, is the address '10.0.0.1'",
    ),
    Case(
        INGRESS,
        ("spec", "rules", 0, "http", "paths", 0, "path"),
        "web",
        "must begin with '/', is 'web'",
    ),
    Case(
        INGRESS,
        ("spec", "rules", 0, "http", "paths", 0, "path"),
        "/a//b",
        "must not contain '//', is '/a//b'",
    ),
    Case(
        INGRESS,
        ("spec", "rules", 0, "http", "paths", 0, "pathType"),
        "prefix",
        "must be one of 'Exact', 'Prefix', 'ImplementationSpecific', is 'prefix' "
        "(did you mean 'Prefix'?)",
    ),
    Case(
        INGRESS,
        ("spec", "rules", 0, "http", "paths", 0, "backend", "service", "port"),
        {},
        "needs either 'number' or 'name'",
    ),
    Case(
        INGRESS,
        ("spec", "rules", 0, "http", "paths", 0, "backend"),
        {},
        "needs either 'service' or 'resource'",
    ),
)

POLICIES = (
    Case(
        POLICY,
        ("spec", "ingress", 0, "from", 0),
        {},
        "needs 'podSelector', 'namespaceSelector' or 'ipBlock'",
    ),
    Case(
        POLICY,
        ("spec", "ingress", 0, "from", 0, "ipBlock"),
        {"cidr": "10.0.0.0/8"},
        "must not be given beside a selector",
    ),
    Case(
        POLICY,
        ("spec", "ingress", 0, "ports", 0, "port"),
        0,
        "must be a port from 1 to 65535, is 0",
    ),
    Case(
        POLICY,
        ("spec", "ingress", 0, "ports", 1, "endPort"),
        8999,
        "must be at least 'port', 9000, is 8999",
    ),
    Case(
        POLICY,
        ("spec", "ingress", 0, "ports", 1, "port"),
        "http",
        "must be given only beside a numeric 'port'",
        at=("spec", "ingress", 0, "ports", 1, "endPort"),
    ),
    Case(
        POLICY,
        ("spec", "ingress", 0, "ports", 0, "protocol"),
        "HTTP",
        "must be one of 'TCP', 'UDP', 'SCTP', is 'HTTP'",
    ),
    Case(
        POLICY,
        ("spec", "egress", 0, "to", 0, "ipBlock", "cidr"),
        "10.0.0.0",
        "must be a network, is '10.0.0.0'",
    ),
    Case(
        POLICY,
        ("spec", "egress", 0, "to", 0, "ipBlock", "except", 0),
        "10.0.0.1/8",
        "must be a network, is '10.0.0.1/8'",
    ),
    Case(
        POLICY,
        ("spec", "egress", 0, "to", 0, "ipBlock"),
        {"cidr": "10.0.0.0/8", "except": ["192.168.0.0/16"]},
        "must be a part of 10.0.0.0/8, is 192.168.0.0/16",
        at=("spec", "egress", 0, "to", 0, "ipBlock", "except", 0),
    ),
    Case(
        POLICY,
        ("spec", "egress", 0, "to", 0, "ipBlock"),
        {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]},
        "must be a part of 10.0.0.0/8, is 10.0.0.0/8",
        at=("spec", "egress", 0, "to", 0, "ipBlock", "except", 0),
    ),
    Case(
        POLICY,
        ("spec", "policyTypes", 0),
        "ingress",
        "must be one of 'Ingress', 'Egress', is 'ingress' (did you mean 'Ingress'?)",
    ),
    Case(POLICY, ("spec", "podSelector", "matchLabels", "app"), "a b", f"'a b' {QUALIFIED}"),
)

STORAGE = (
    Case(
        CONFIG_MAP,
        ("data", "a/b"),
        "",
        "the key 'a/b' must be letters, digits, '-', '_' and '.'",
    ),
    Case(CONFIG_MAP, ("data", "..a"), "", "the key '..a' must not begin with '..'"),
    Case(
        CONFIG_MAP,
        ("data", "c"),
        "",
        "must not be given in both 'data' and 'binaryData'",
    ),
    Case(CONFIG_MAP, ("binaryData", "c"), "a", "must be base64"),
    Case(
        CONFIG_MAP,
        ("data",),
        {"a": "ä" * 524287, "b": "xx"},
        "must hold at most 1048576 bytes (1 MiB), holds 1048579",
        at=(),
    ),
    Case(SECRET, ("data", "tls.crt"), "a b", "must be base64"),
    Case(
        SECRET,
        ("stringData",),
        ...,
        "needs 'tls.key' for the type kubernetes.io/tls",
        at=("data",),
    ),
    Case(
        SECRET,
        ("stringData", "big"),
        "x" * 1048576,
        "must hold at most 1048576 bytes (1 MiB), holds 1048578",
        at=(),
    ),
    Case(
        SEALED,
        ("spec", "encryptedData", "key"),
        "AgBy3i4OJSWK+PiTySYZZA9rO43cGDEQAx...",
        "must be what kubeseal or 'platc seal' wrote: it is no base64",
        by=CONTROLLER,
    ),
    Case(
        SEALED,
        ("spec", "encryptedData", "a b"),
        "AgBy",
        "the key 'a b' must be letters, digits, '-', '_' and '.'",
        by=CONTROLLER,
    ),
    Case(
        PVC,
        ("spec", "resources"),
        {},
        "needs 'requests.storage'",
    ),
    Case(
        PVC,
        ("spec", "resources", "requests", "storage"),
        "0",
        "must be greater than 0, is '0'",
    ),
    Case(
        PVC,
        ("spec", "accessModes", 0),
        "RWO",
        "must be one of 'ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod', "
        "is 'RWO'",
    ),
    Case(
        PVC,
        ("spec", "accessModes"),
        ["ReadWriteOnce", "ReadWriteOncePod"],
        "must not hold another mode beside ReadWriteOncePod",
    ),
    Case(PVC, ("spec", "storageClassName"), "A", f"'A' {SUBDOMAIN}"),
    Case(VOLUME, ("spec", "capacity"), {}, "must name 'storage' and nothing else"),
    Case(VOLUME, ("spec", "nfs"), ..., "needs a source such as 'nfs' or 'csi'", at=("spec",)),
    Case(
        VOLUME,
        ("spec", "persistentVolumeReclaimPolicy"),
        "Keep",
        "must be one of 'Retain', 'Delete', 'Recycle', is 'Keep'",
    ),
    Case(STORAGE_CLASS, ("provisioner",), "a/b/c", f"'a/b/c' has a prefix that {SUBDOMAIN}"),
    Case(
        STORAGE_CLASS,
        ("reclaimPolicy",),
        "Keep",
        "must be one of 'Retain', 'Delete', is 'Keep'",
    ),
    Case(PRIORITY_CLASS, ("value",), 1000000001, "must be at most 1000000000, is 1000000001"),
    Case(PRIORITY_CLASS, ("metadata", "name"), "system-web", "must not begin with 'system-'"),
)

ACCESS = (
    Case(ROLE, ("rules", 0, "verbs"), [], "must not be empty"),
    Case(ROLE, ("rules", 0, "apiGroups"), ..., "must not be empty"),
    Case(ROLE, ("rules", 0, "resources"), [], "must not be empty"),
    Case(
        ROLE,
        ("rules", 1),
        {"nonResourceURLs": ["/metrics"], "verbs": ["get"]},
        "must not be given in a Role: paths belong to the cluster",
        at=("rules", 1, "nonResourceURLs"),
    ),
    Case(
        CLUSTER_ROLE,
        ("rules", 1, "resources"),
        ["pods"],
        "must not be given beside resources: write two rules",
        at=("rules", 1, "nonResourceURLs"),
    ),
    Case(
        CLUSTER_ROLE,
        ("aggregationRule",),
        {"clusterRoleSelectors": []},
        "needs 'clusterRoleSelectors'",
    ),
    Case(
        BINDING,
        ("roleRef", "kind"),
        "Rolle",
        "must be one of 'Role', 'ClusterRole', is 'Rolle' (did you mean 'Role'?)",
    ),
    Case(
        CLUSTER_BINDING,
        ("roleRef", "kind"),
        "Role",
        "must be 'ClusterRole', is 'Role'",
    ),
    Case(
        BINDING,
        ("roleRef", "apiGroup"),
        "rbac",
        "must be 'rbac.authorization.k8s.io', is 'rbac'",
    ),
    Case(BINDING, ("roleRef", "name"), "", "must not be empty"),
    Case(BINDING, ("subjects", 0, "name"), "A", f"'A' {SUBDOMAIN}"),
    Case(
        BINDING,
        ("subjects", 0, "apiGroup"),
        "rbac.authorization.k8s.io",
        "must be empty for a ServiceAccount",
    ),
    Case(
        CLUSTER_BINDING,
        ("subjects", 0, "namespace"),
        ...,
        "needs 'namespace'",
        at=("subjects", 0),
    ),
    Case(
        BINDING,
        ("subjects", 0, "kind"),
        "Robot",
        "must be one of 'ServiceAccount', 'User', 'Group', is 'Robot'",
    ),
)

VELERO = (
    Case(
        SCHEDULE,
        ("spec", "schedule"),
        "61 2 * * *",
        "is no schedule: '61' is no minute: it runs from 0 to 59",
        by=CONTROLLER,
    ),
    Case(SCHEDULE, ("spec", "schedule"), "", "must not be empty", by=CONTROLLER),
    Case(
        SCHEDULE,
        ("spec", "template", "ttl"),
        "3 days",
        "must be a duration such as 720h0m0s, is '3 days' (write '72h0m0s')",
        by=CONTROLLER,
    ),
    Case(
        BACKUP,
        ("spec", "ttl"),
        "30d",
        "must be a duration such as 720h0m0s, is '30d' (write '720h0m0s')",
        by=CONTROLLER,
    ),
    Case(
        SCHEDULE,
        ("spec", "template", "includedNamespaces"),
        ["*", "shop"],
        "must hold '*' alone or not at all",
        by=CONTROLLER,
    ),
    Case(
        SCHEDULE,
        ("spec", "template", "excludedResources"),
        ["*"],
        "must not hold '*'",
        by=CONTROLLER,
    ),
    Case(
        SCHEDULE,
        ("spec", "template", "excludedNamespaces"),
        ["shop"],
        "'shop' is in includedNamespaces too",
        at=("spec", "template", "excludedNamespaces", 0),
        by=CONTROLLER,
    ),
    Case(
        SCHEDULE,
        ("spec", "template", "includedNamespaceScopedResources"),
        ["services"],
        "must not be given beside 'excludedResources'",
        by=CONTROLLER,
    ),
    Case(
        SCHEDULE,
        ("spec", "template", "hooks", "resources", 0, "pre", 0, "exec", "timeout"),
        "1d",
        "must be a duration such as 720h0m0s, is '1d' (write '24h0m0s')",
        by=CONTROLLER,
    ),
    Case(
        BACKUP,
        ("spec", "orLabelSelectors"),
        [{"matchLabels": {"a": "b"}}],
        "must not be given beside 'labelSelector'",
        by=CONTROLLER,
    ),
    Case(
        RESTORE,
        ("spec", "backupName"),
        ...,
        "needs either 'backupName' or 'scheduleName'",
        at=("spec",),
        by=CONTROLLER,
    ),
    Case(
        LOCATION,
        ("spec", "objectStorage", "bucket"),
        "backups/shop",
        "must not contain '/': the rest belongs in 'prefix'",
        by=CONTROLLER,
    ),
    Case(
        LOCATION,
        ("spec", "backupSyncPeriod"),
        "often",
        "must be a duration such as 720h0m0s, is 'often'",
        by=CONTROLLER,
    ),
)

EVERY_CASE = (
    *METADATA,
    *PODS,
    *CONTAINERS,
    *RESOURCES,
    *PROBES,
    *VOLUMES,
    *SECURITY,
    *SCHEDULING,
    *WORKLOADS,
    *JOBS,
    *SERVICES,
    *POLICIES,
    *STORAGE,
    *ACCESS,
    *VELERO,
)
