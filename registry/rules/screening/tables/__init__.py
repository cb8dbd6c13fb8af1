"""Facts that screening looks up, as modules: the rules read no files. Origin stands in each."""
