"""How long attempts are remembered, and what counts as one asker."""

import ipaddress
from datetime import timedelta

REMEMBERED = timedelta(days=1)


def network_of(address: str, bits: int = 64) -> str:
    """Return what an address is counted as: of IPv6 its first `bits`, which one subscriber has; else itself."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address) or found.ipv4_mapped:
        return str(getattr(found, "ipv4_mapped", None) or found)
    return str(ipaddress.ip_network((found, bits), strict=False))
