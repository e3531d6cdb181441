"""Our papers and methods looked for in other graphs: by identifier first, by title or name as candidates only.

The flow: `subjects` (what of ours is looked for) become batches; `asking` makes requests of them as the graph's record
says, through `calling` (guard, retries) and `answers` (cache, so that a run that was stopped goes on); `works` reads
what came back; `matching` judges it; `review` holds it against the mappings that we have and writes what a curator
reviews. Nothing here writes into `data/` or into the graph.
"""

from .run import Outcome, Progress, Terms, link, plan

__all__ = ["Outcome", "Progress", "Terms", "link", "plan"]
