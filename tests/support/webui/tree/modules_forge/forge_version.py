from modules.variant import FACTS

version = FACTS["forge"]
