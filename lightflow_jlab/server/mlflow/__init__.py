"""MLflow's REST protocol over our store, so that its unmodified clients record here.

A request becomes a struct (`requests`), a function of its area answers it in one transaction,
the answer is a struct again (`messages`). Nothing here is known to the rest of the server.
"""
