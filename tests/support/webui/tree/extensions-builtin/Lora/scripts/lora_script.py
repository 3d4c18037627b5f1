import networks
from modules import script_callbacks

script_callbacks.on_before_ui(networks.list_available_networks)
