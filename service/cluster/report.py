"""How the cluster stands, in lines of text."""

from service.cluster.settings import ClusterSettings
from service.storage.cluster import SqlCluster
from service.storage.leases import SqlLeases


def report(cluster: SqlCluster, leases: SqlLeases, settings: ClusterSettings) -> list[str]:
    """Groups with their cameras and load, who coordinates and who sends, and what has no place. Raises JournalError."""
    placements, wanted = cluster.placements(), cluster.enabled_cameras()
    held = {lease.name: lease for lease in leases.held()}
    lines = []
    for group in cluster.groups():
        mine = [each for each, place in placements.items() if place == group.group_id]
        watched = sum(1 for each in mine if _is_held(held.get(f"camera/{each}"), group.holder))
        used_ms = sum(settings.cost_ms(wanted[each]) for each in mine if each in wanted)
        state = "up" if group.age_seconds <= settings.silent_seconds else f"silent for {group.age_seconds:.0f} s"
        lines.append(
            f"group     {group.group_id}  node {group.node}  {state}  cameras {len(mine)}, watched {watched}  "
            f"planned {used_ms} of {group.capacity_ms} CPU-ms/s"
        )
    for name in ("coordinator", "outbox"):
        lease = held.get(name)
        lines.append(f"{name:<12}{f'{lease.holder} (turn {lease.epoch})' if lease else 'nobody'}")
    unplaced = sorted(each for each in wanted if placements.get(each) is None)
    lines.append(f"cameras   {len(wanted)} enabled, {len(unplaced)} not placed")
    lines += [f"not placed  {camera_id}" for camera_id in unplaced]
    return lines


def _is_held(lease: object, holder: str) -> bool:
    return getattr(lease, "holder", None) == holder
