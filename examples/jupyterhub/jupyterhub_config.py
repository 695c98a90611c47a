"""The hub's own configuration: jupyterhub.readthedocs.io and jupyterhub-kubespawner.readthedocs.io."""

import os

from traitlets.config import get_config

c = get_config()

_PASSWORD = os.environ["DATABASE_PASSWORD"]

# The hub, which servers and the proxy reach by its Service.
c.JupyterHub.hub_ip = "0.0.0.0"
c.JupyterHub.hub_port = 8081
c.JupyterHub.hub_connect_url = "http://hub:8081"
c.JupyterHub.db_url = f"postgresql+psycopg2://hub:{_PASSWORD}@{os.environ['DATABASE_ADDRESS']}/hub"
c.JupyterHub.cookie_secret_file = ""
c.JupyterHub.cookie_secret = bytes.fromhex(os.environ["COOKIE_SECRET"])
# Servers go on while the hub restarts.
c.JupyterHub.cleanup_servers = False

# The proxy, which is a service of its own; its token is in CONFIGPROXY_AUTH_TOKEN.
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://proxy:8001"

# Servers of users: pods that the hub starts.
c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
c.KubeSpawner.namespace = os.environ["POD_NAMESPACE"]
c.KubeSpawner.image = "quay.io/jupyter/scipy-notebook:2026-10-05"
c.KubeSpawner.port = 8888
c.KubeSpawner.start_timeout = 300
# By this label the policies know them; `servers` in platform.yaml has it too.
c.KubeSpawner.common_labels = {"app": "jupyterhub", "component": "singleuser-server"}
# What the namespace asks of every pod.
c.KubeSpawner.uid = 1000
c.KubeSpawner.gid = 100
c.KubeSpawner.fs_gid = 100
c.KubeSpawner.allow_privilege_escalation = False
c.KubeSpawner.container_security_context = {
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
c.KubeSpawner.automount_service_account_token = False
# As `servers` states them, so that the budget and the quota hold.
c.KubeSpawner.mem_guarantee = "1G"
c.KubeSpawner.mem_limit = "2G"
c.KubeSpawner.cpu_guarantee = 0.2
c.KubeSpawner.cpu_limit = 1
c.JupyterHub.active_server_limit = 10
# A volume for each user.
c.KubeSpawner.pvc_name_template = "claim-{user_server}"
c.KubeSpawner.storage_pvc_ensure = True
c.KubeSpawner.storage_capacity = "5Gi"
c.KubeSpawner.volumes = [{"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}}]
c.KubeSpawner.volume_mounts = [{"name": "home", "mountPath": "/home/jovyan"}]

# Who may log in: oauthenticator.readthedocs.io, GitHub.
c.JupyterHub.authenticator_class = "github"
c.GitHubOAuthenticator.client_id = os.environ["GITHUB_CLIENT_ID"]
c.GitHubOAuthenticator.client_secret = os.environ["GITHUB_CLIENT_SECRET"]
c.GitHubOAuthenticator.oauth_callback_url = "https://hub.example.com/hub/oauth_callback"
c.GitHubOAuthenticator.allowed_organizations = {"example"}
c.GitHubOAuthenticator.scope = ["read:org"]
