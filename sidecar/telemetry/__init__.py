"""``gpu-metrics-sidecar export``: the snapshot for what watches fleets. Nothing else imports it."""
