"""The real filter between real clients and a fake provider, all on loopback."""
