"""The budget: what the pods ask for at their worst moment, against what the nodes have for them.

Everything is counted as Kubernetes 1.37 counts it; each module names the code that its rule is
taken from. Where a peak cannot be computed exactly the figure is an upper bound, never below truth.
"""
