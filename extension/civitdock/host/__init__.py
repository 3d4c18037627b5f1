"""The host port: a WebUI or standalone."""
