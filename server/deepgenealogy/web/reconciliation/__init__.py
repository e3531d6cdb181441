"""`/reconcile`: the Reconciliation Service API 0.2, by which OpenRefine and others match a column of names with things.

Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from .routes import reconciliation

__all__ = ["reconciliation"]
