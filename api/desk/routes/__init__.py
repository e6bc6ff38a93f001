"""The pages of the desk, one module a subject."""

from api.desk.routes import accounts, home, inbox, laws, metrics, quality, replies, signin, trail

ROUTERS = (
    signin.router,
    home.router,
    inbox.router,
    replies.router,
    laws.router,
    quality.router,
    quality.public,
    metrics.router,
    accounts.router,
    trail.router,
)
