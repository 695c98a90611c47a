"""Valid objects of each kind, small but with most fields, and copies of them with one change."""

from __future__ import annotations

import json
from typing import Any

Object = dict[str, Any]
Path = tuple[str | int, ...]


def changed(document: Object, path: Path, value: object) -> Object:
    """Return a copy of the document with one value set (`...` removes it), as its path says.

    Mappings that the path leads through and that are not there are made; a list position one past
    the end appends.
    """
    # Through JSON: a deep copy would keep parts shared that the document holds twice.
    result: Object = json.loads(json.dumps(document))
    parent: Any = result
    for step in path[:-1]:
        parent = parent.setdefault(step, {}) if isinstance(step, str) else parent[step]
    last = path[-1]
    if value is ...:
        del parent[last]
    elif isinstance(parent, list) and last == len(parent):
        parent.append(value)
    else:
        parent[last] = value
    return result


def _meta(name: str, **more: Any) -> Object:  # noqa: ANN401
    return {"name": name, "namespace": "shop", "labels": {"app": name}, **more}


CONTAINER: Object = {
    "name": "web",
    "image": "web:1",
    "imagePullPolicy": "IfNotPresent",
    "env": [
        {"name": "A", "value": "1"},
        {"name": "B", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "b"}}},
        {"name": "C", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
        {"name": "D", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory"}}},
    ],
    "envFrom": [{"configMapRef": {"name": "settings"}}],
    "ports": [
        {"name": "http", "containerPort": 8080},
        {"name": "dns", "containerPort": 8080, "protocol": "UDP"},
    ],
    "resources": {
        "requests": {"cpu": 0.5, "memory": "512Mi"},
        "limits": {"cpu": "1", "memory": "1Gi"},
    },
    "volumeMounts": [
        {"name": "data", "mountPath": "/data"},
        {"name": "config", "mountPath": "/config", "subPath": "a.yaml", "readOnly": True},
    ],
    "livenessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 10},
    "readinessProbe": {"tcpSocket": {"port": 8080}, "successThreshold": 2},
    "startupProbe": {"exec": {"command": ["true"]}, "failureThreshold": 30},
    "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    },
}
POD: Object = {
    "serviceAccountName": "web",
    "terminationGracePeriodSeconds": 30,
    "securityContext": {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "fsGroup": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
    "initContainers": [
        {"name": "wait", "image": "web:1", "command": ["true"]},
        {
            "name": "sync",
            "image": "sync:1",
            "restartPolicy": "Always",
            "startupProbe": {"exec": {"command": ["true"]}},
        },
    ],
    "containers": [CONTAINER],
    "volumes": [
        {"name": "data", "emptyDir": {"sizeLimit": "1Gi"}},
        {"name": "config", "configMap": {"name": "settings", "items": [{"key": "a", "path": "a"}]}},
        {"name": "logs", "hostPath": {"path": "/var/log", "type": "Directory"}},
        {
            "name": "token",
            "projected": {
                "sources": [
                    {"serviceAccountToken": {"path": "token", "expirationSeconds": 600}},
                    {
                        "downwardAPI": {
                            "items": [{"path": "n", "fieldRef": {"fieldPath": "metadata.name"}}]
                        }
                    },
                ]
            },
        },
    ],
    "tolerations": [{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}],
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": "web"}},
        }
    ],
    "affinity": {
        "podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {
                    "weight": 100,
                    "podAffinityTerm": {
                        "topologyKey": "kubernetes.io/hostname",
                        "labelSelector": {"matchLabels": {"app": "web"}},
                    },
                }
            ]
        },
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {
                        "matchExpressions": [
                            {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}
                        ]
                    }
                ]
            }
        },
    },
}
TEMPLATE: Object = {"metadata": {"labels": {"app": "web", "tier": "front"}}, "spec": POD}
JOB_POD: Object = {
    "restartPolicy": "Never",
    "containers": [{"name": "job", "image": "job:1", "command": ["true"]}],
}
CLAIM: Object = {
    "accessModes": ["ReadWriteOnce"],
    "resources": {"requests": {"storage": "10Gi"}},
    "storageClassName": "standard",
}

DEPLOYMENT: Object = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": _meta("web", annotations={"example.com/Checked": "yes"}),
    "spec": {
        "replicas": 2,
        "selector": {
            "matchLabels": {"app": "web"},
            "matchExpressions": [{"key": "tier", "operator": "In", "values": ["front", "back"]}],
        },
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        "template": TEMPLATE,
    },
}
DAEMON_SET: Object = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": _meta("agent"),
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        "template": TEMPLATE,
    },
}
STATEFUL_SET: Object = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": _meta("db"),
    "spec": {
        "serviceName": "db",
        "selector": {"matchLabels": {"app": "web"}},
        "updateStrategy": {"rollingUpdate": {"partition": 0}},
        "template": changed(
            TEMPLATE,
            ("spec", "containers", 0, "volumeMounts", 2),
            {"name": "db", "mountPath": "/db"},
        ),
        "volumeClaimTemplates": [{"metadata": {"name": "db"}, "spec": CLAIM}],
    },
}
JOB: Object = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": _meta("migrate"),
    "spec": {"backoffLimit": 3, "ttlSecondsAfterFinished": 3600, "template": {"spec": JOB_POD}},
}
CRON_JOB: Object = {
    "apiVersion": "batch/v1",
    "kind": "CronJob",
    "metadata": _meta("backup"),
    "spec": {
        "schedule": "*/15 0-6,22 * * mon-fri",
        "timeZone": "Europe/Berlin",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 600,
        "jobTemplate": {"spec": {"backoffLimit": 3, "template": {"spec": JOB_POD}}},
    },
}
BUDGET: Object = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "metadata": _meta("web"),
    "spec": {"maxUnavailable": "50%", "selector": {"matchLabels": {"app": "web"}}},
}
AUTOSCALER: Object = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": _meta("web"),
    "spec": {
        "minReplicas": 2,
        "maxReplicas": 5,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "metrics": [
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 80},
                },
            }
        ],
    },
}
SERVICE: Object = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": _meta("web"),
    "spec": {
        "selector": {"app": "web"},
        "ports": [
            {"name": "http", "port": 80, "targetPort": "http"},
            {"name": "dns", "port": 80, "targetPort": 8080, "protocol": "UDP"},
        ],
    },
}
INGRESS: Object = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": _meta("web"),
    "spec": {
        "ingressClassName": "nginx",
        "tls": [{"hosts": ["*.example.com"], "secretName": "certificate"}],
        "rules": [
            {
                "host": "*.example.com",
                "http": {
                    "paths": [
                        {
                            "path": "/",
                            "pathType": "Prefix",
                            "backend": {"service": {"name": "web", "port": {"number": 80}}},
                        }
                    ]
                },
            }
        ],
    },
}
POLICY: Object = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": _meta("web"),
    "spec": {
        "podSelector": {"matchLabels": {"app": "web"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {
                "from": [{"podSelector": {}, "namespaceSelector": {}}],
                "ports": [{"port": 8080}, {"port": 9000, "endPort": 9010, "protocol": "UDP"}],
            }
        ],
        "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}]}],
    },
}
CONFIG_MAP: Object = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": _meta("settings"),
    "data": {"a.yaml": "a: 1", "_B": ""},
    "binaryData": {"c": "AAEC"},
}
SECRET: Object = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": _meta("keys"),
    "type": "kubernetes.io/tls",
    "data": {"tls.crt": "YQ=="},
    "stringData": {"tls.key": "b"},
}
PVC: Object = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": _meta("data"),
    "spec": CLAIM,
}
VOLUME: Object = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "metadata": {"name": "data"},
    "spec": {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "10Gi"},
        "persistentVolumeReclaimPolicy": "Retain",
        "nfs": {"server": "nas", "path": "/data"},
    },
}
STORAGE_CLASS: Object = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "slow"},
    "provisioner": "rancher.io/local-path",
    "reclaimPolicy": "Retain",
    "volumeBindingMode": "WaitForFirstConsumer",
}
PRIORITY_CLASS: Object = {
    "apiVersion": "scheduling.k8s.io/v1",
    "kind": "PriorityClass",
    "metadata": {"name": "important"},
    "value": 1000,
}
NAMESPACE: Object = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
ACCOUNT: Object = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _meta("web")}
QUOTA: Object = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": _meta("all"),
    "spec": {"hard": {"requests.memory": "6Gi", "pods": "20", "count/jobs.batch": 10}},
}
LIMIT_RANGE: Object = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": _meta("all"),
    "spec": {
        "limits": [
            {
                "type": "Container",
                "min": {"memory": "16Mi"},
                "max": {"memory": "4Gi"},
                "default": {"memory": "256Mi"},
                "defaultRequest": {"memory": "128Mi"},
            },
            {"type": "PersistentVolumeClaim", "max": {"storage": "100Gi"}},
        ]
    },
}
ROLE: Object = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "Role",
    "metadata": _meta("airflow:executor"),
    "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
}
ROLE["metadata"]["labels"] = {"app": "airflow"}
CLUSTER_ROLE: Object = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "prometheus"},
    "rules": [
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]},
        {"nonResourceURLs": ["/metrics"], "verbs": ["get"]},
    ],
}
BINDING: Object = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "RoleBinding",
    "metadata": _meta("web"),
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
    "subjects": [{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}],
}
CLUSTER_BINDING: Object = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "web"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
    "subjects": [{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}],
}
SEALED: Object = {
    "apiVersion": "bitnami.com/v1alpha1",
    "kind": "SealedSecret",
    "metadata": _meta("keys"),
    "spec": {"encryptedData": {"key": "AgBy"}, "template": {"type": "Opaque"}},
}
SCHEDULE: Object = {
    "apiVersion": "velero.io/v1",
    "kind": "Schedule",
    "metadata": _meta("daily"),
    "spec": {
        "schedule": "0 2 * * *",
        "template": {
            "ttl": "720h0m0s",
            "includedNamespaces": ["shop"],
            "excludedResources": ["pods"],
            "hooks": {"resources": [{"name": "dump", "pre": [{"exec": {"command": ["sync"]}}]}]},
        },
    },
}
BACKUP: Object = {
    "apiVersion": "velero.io/v1",
    "kind": "Backup",
    "metadata": _meta("once"),
    "spec": {"ttl": "1h30m", "labelSelector": {"matchLabels": {"app": "web"}}},
}
RESTORE: Object = {
    "apiVersion": "velero.io/v1",
    "kind": "Restore",
    "metadata": _meta("once"),
    "spec": {"backupName": "once"},
}
LOCATION: Object = {
    "apiVersion": "velero.io/v1",
    "kind": "BackupStorageLocation",
    "metadata": _meta("default"),
    "spec": {
        "provider": "aws",
        "objectStorage": {"bucket": "backups", "prefix": "shop"},
        "backupSyncPeriod": "1m",
    },
}
SCALED: Object = {
    "apiVersion": "keda.sh/v1alpha1",
    "kind": "ScaledObject",
    "metadata": _meta("web"),
    "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicaCount": 0,
        "maxReplicaCount": 3,
        "triggers": [{"type": "cpu", "metricType": "Utilization", "metadata": {"value": "70"}}],
    },
}
ROUTE: Object = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "HTTPRoute",
    "metadata": _meta("web"),
    "spec": {
        "parentRefs": [{"name": "public", "namespace": "gateways", "sectionName": "https"}],
        "hostnames": ["shop.example.com"],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                "backendRefs": [{"name": "web", "port": 80}],
            }
        ],
    },
}
LISTENERS: Object = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "ListenerSet",
    "metadata": _meta("web"),
    "spec": {
        "parentRef": {"name": "public", "namespace": "gateways"},
        "listeners": [
            {
                "name": "https",
                "hostname": "shop.example.com",
                "port": 443,
                "protocol": "HTTPS",
                "tls": {"mode": "Terminate", "certificateRefs": [{"name": "web-tls"}]},
            }
        ],
    },
}
CERTIFICATE: Object = {
    "apiVersion": "cert-manager.io/v1",
    "kind": "Certificate",
    "metadata": _meta("web"),
    "spec": {
        "secretName": "web-tls",
        "dnsNames": ["shop.example.com"],
        "issuerRef": {"kind": "ClusterIssuer", "name": "letsencrypt"},
    },
}
FETCHED: Object = {
    "apiVersion": "external-secrets.io/v1",
    "kind": "ExternalSecret",
    "metadata": _meta("api"),
    "spec": {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "vault"},
        "target": {"name": "api", "creationPolicy": "Owner"},
        "data": [{"secretKey": "token", "remoteRef": {"key": "shop/api", "property": "token"}}],
    },
}

INSTANCES: Object = {
    "apiVersion": "postgresql.cnpg.io/v1",
    "kind": "Cluster",
    "metadata": _meta("db"),
    "spec": {
        "imageName": "ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie",
        "instances": 2,
        "enablePDB": True,
        "affinity": {"podAntiAffinityType": "preferred", "tolerations": [{"operator": "Exists"}]},
        "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}},
        "storage": {"size": "10Gi", "storageClass": "fast"},
        "superuserSecret": {"name": "superuser"},
        "bootstrap": {"initdb": {"database": "postgres", "secret": {"name": "superuser"}}},
        "managed": {"roles": [{"name": "app", "login": True, "passwordSecret": {"name": "app"}}]},
        "postgresql": {
            "parameters": {"max_connections": "100"},
            "shared_preload_libraries": ["pg_stat_statements"],
            "pg_hba": ["hostnossl all all all reject"],
        },
    },
}
DATABASE: Object = {
    "apiVersion": "postgresql.cnpg.io/v1",
    "kind": "Database",
    "metadata": _meta("db-shop"),
    "spec": {
        "cluster": {"name": "db"},
        "name": "shop",
        "owner": "app",
        "ensure": "present",
        "connectionLimit": 60,
        "schemas": [{"name": "orders", "owner": "app"}],
        "extensions": [{"name": "hstore", "schema": "orders"}],
    },
}
POOLER: Object = {
    "apiVersion": "postgresql.cnpg.io/v1",
    "kind": "Pooler",
    "metadata": _meta("db-pooler"),
    "spec": {
        "cluster": {"name": "db"},
        "instances": 2,
        "type": "rw",
        "pgbouncer": {"poolMode": "transaction", "parameters": {"max_client_conn": "1000"}},
    },
}
COPIES: Object = {
    "apiVersion": "postgresql.cnpg.io/v1",
    "kind": "ScheduledBackup",
    "metadata": _meta("db"),
    "spec": {
        "cluster": {"name": "db"},
        "schedule": "0 0 1 * * *",
        "method": "barmanObjectStore",
        "backupOwnerReference": "cluster",
    },
}

EVERY = (
    DEPLOYMENT,
    DAEMON_SET,
    STATEFUL_SET,
    JOB,
    CRON_JOB,
    BUDGET,
    AUTOSCALER,
    SERVICE,
    INGRESS,
    POLICY,
    CONFIG_MAP,
    SECRET,
    PVC,
    VOLUME,
    STORAGE_CLASS,
    PRIORITY_CLASS,
    NAMESPACE,
    ACCOUNT,
    QUOTA,
    LIMIT_RANGE,
    ROLE,
    CLUSTER_ROLE,
    BINDING,
    CLUSTER_BINDING,
    SEALED,
    SCHEDULE,
    BACKUP,
    RESTORE,
    LOCATION,
    SCALED,
    ROUTE,
    LISTENERS,
    CERTIFICATE,
    INSTANCES,
    DATABASE,
    POOLER,
    COPIES,
    FETCHED,
)
"""One valid object of each kind; together they hold what they refer to."""
