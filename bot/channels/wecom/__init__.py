"""The workers' groups in WeCom, told by group robots what needs somebody; residents never see this channel."""
