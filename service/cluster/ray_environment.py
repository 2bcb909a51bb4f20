"""What Ray is told by the environment. It reads it when it is first imported, so this imports nothing of it."""

from pathlib import Path

from service.cluster.settings import ClusterSettings
from service.secrets import load_or_create

SECRET_NAME = "ray"  # noqa: S105 - the name of the secret, not the secret


def ray_environment(settings: ClusterSettings, data: Path) -> dict[str, str]:
    """No reports of usage, and a secret in every call; a cluster of one machine makes its own.

    On the loopback address Ray stays only if it takes the machine for one that cannot have company.
    Raises SecretsFileError.
    """
    alone = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"} if settings.is_alone else {}
    secret = settings.token.get_secret_value() if settings.token else load_or_create(data, SECRET_NAME)
    return {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secret, **alone}
