"""MLflow's protocol by HTTP, so that its unmodified clients record here."""
