"""The pages of the desk, one module a subject."""

from api.desk.routes import (
    accounts,
    home,
    inbox,
    laws,
    metrics,
    plan,
    quality,
    replies,
    signin,
    single,
    trail,
)

ROUTERS = (
    signin.router,
    single.router,
    home.router,
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
