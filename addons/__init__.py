"""Thin mitmproxy addons: the only code that knows mitmproxy."""
