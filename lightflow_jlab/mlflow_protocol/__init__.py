"""MLflow's protocol over our store, by whichever way a question comes: HTTP, or a call.

A request becomes a struct (`requests`), a function of its area answers it in one transaction,
the answer is a struct again (`messages`). `endpoints` is the table of it all.
"""
