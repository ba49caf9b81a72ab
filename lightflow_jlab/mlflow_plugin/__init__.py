"""What MLflow's client finds of us: `mlflow.set_tracking_uri("lightflow:")` means the local store.

The classes are MLflow's own REST clients, whose calls are answered in this process by
`mlflow_protocol` instead of by a server. Nothing here is imported but by MLflow, and MLflow by
nothing else.
"""
