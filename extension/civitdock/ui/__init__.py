"""The Gradio mount and the named endpoints."""
