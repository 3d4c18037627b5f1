"""Which IP addresses are public, and where a packet to one really ends up."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64, _LOCAL_NAT64 = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48")


def reached(text: str) -> Address | None:
    """The address that a packet to this one ends up at; None where the text is no address."""
    try:
        return _carried(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether it belongs to the internet and to one machine."""
    return address.is_global and not address.is_multicast


def _carried(ip: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, NAT64, 6to4): that is where a packet ends up."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip in _LOCAL_NAT64:
        return ipaddress.IPv6Address("::")
    return ip.ipv4_mapped or ip.sixtofour or ip
