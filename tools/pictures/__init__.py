"""Pictures of the tab for README and docs, and the animated tour; see docs/tour.md."""
