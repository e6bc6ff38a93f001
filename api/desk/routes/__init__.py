"""The pages of the desk, one module a subject."""

from api.desk.routes import (
    accounts,
    draft,
    home,
    inbox,
    laws,
    metrics,
    plan,
    publish,
    quality,
    replies,
    review,
    signin,
    single,
    trail,
    writing,
)

ROUTERS = (
    signin.router,
    single.router,
    home.router,
    writing.router,
    draft.router,
    review.router,
    publish.router,
    inbox.router,
    replies.router,
    laws.router,
    quality.router,
    quality.public,
    metrics.router,
    plan.router,
    plan.public,
    accounts.router,
    trail.router,
)
