"""Remembers which files a folder holds until it is told to look again (`hosts.md 7`, Refresh)."""

import os

from modules.variant import FACTS


class FileLister:
    def __init__(self):
        self._folders = {}

    def exists(self, path):
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = set(os.listdir(folder)) if os.path.isdir(folder) else set()
        return name in self._folders[folder]

    def reset(self):
        self._folders.clear()

    if FACTS["updates_entries"]:

        def update_file_entry(self, path):
            folder, name = os.path.split(path)
            if folder in self._folders and os.path.exists(path):
                self._folders[folder].add(name)
