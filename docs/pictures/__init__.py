"""Pictures of the how-to guides, each drawn from a run of the scenario on its page."""
