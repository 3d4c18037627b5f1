"""VAEs of the hosts that list them alone."""

from modules import calls


def refresh_vae_list():
    calls.note("vae")
