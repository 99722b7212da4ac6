"""The today tab: what the owner sees every morning."""
