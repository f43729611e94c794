"""WeChat Official Accounts, as a channel: residents write where they live already."""
